// libcurl for Swift, which cannot call C's variadic functions: curl_easy_setopt and curl_easy_getinfo with one type of
// argument each. The rest of libcurl is used as it is.
#ifndef FIELDSYNC_CURL_SHIM_H
#define FIELDSYNC_CURL_SHIM_H

#include <curl/curl.h>

/// Receives `count` bytes; answers how many it took, and any other number breaks the transfer off.
typedef size_t (*cc_receive)(char *bytes, size_t size, size_t count, void *context);

/// Each answers CURLE_UNKNOWN_OPTION when the option is of another type.
CURLcode cc_set_long(CURL *handle, CURLoption option, long value);
CURLcode cc_set_size(CURL *handle, CURLoption option, curl_off_t value);
/// libcurl copies the text; NULL takes the option back.
CURLcode cc_set_text(CURL *handle, CURLoption option, const char *text);
/// libcurl copies neither: both must stay as they are until the transfer is over.
CURLcode cc_set_list(CURL *handle, CURLoption option, struct curl_slist *list);
CURLcode cc_set_body(CURL *handle, const void *bytes, curl_off_t count);
CURLcode cc_set_receivers(CURL *handle, cc_receive header, cc_receive body, void *context);
/// `buffer` has room for CURL_ERROR_SIZE bytes and stays until the transfer is over.
CURLcode cc_set_error_buffer(CURL *handle, char *buffer);

/// For lines that may be slow: the system holds little of a request back, so that what has left libcurl has nearly left the
/// machine, and a transfer is seen to get on; bytes that nobody acknowledges for a minute are on a connection that is broken.
CURLcode cc_set_slow_line(CURL *handle);

CURLcode cc_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode cc_get_size(CURL *handle, CURLINFO info, curl_off_t *value);

#endif
