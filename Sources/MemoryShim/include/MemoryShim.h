// What glibc's allocator is told, which Swift's Glibc does not know.
#ifndef FIELDSYNC_MEMORY_SHIM_H
#define FIELDSYNC_MEMORY_SHIM_H

/// Long blocks go back to the system as soon as they are free, and threads share few pools. To be called once, before
/// there are threads. Does nothing where the allocator is another one.
void ms_keep_little(void);
/// What is free among what is not goes back too; takes milliseconds. May be called by any thread.
void ms_give_back(void);

#endif
