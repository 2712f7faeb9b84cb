#include "CurlShim.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

CURLcode cc_set_long(CURL *handle, CURLoption option, long value) {
    return option < CURLOPTTYPE_OBJECTPOINT ? curl_easy_setopt(handle, option, value) : CURLE_UNKNOWN_OPTION;
}

CURLcode cc_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return option > CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB ? curl_easy_setopt(handle, option, value)
                                                                   : CURLE_UNKNOWN_OPTION;
}

static int is_pointer(CURLoption option) {
    return option > CURLOPTTYPE_OBJECTPOINT && option < CURLOPTTYPE_FUNCTIONPOINT;
}

CURLcode cc_set_text(CURL *handle, CURLoption option, const char *text) {
    return is_pointer(option) ? curl_easy_setopt(handle, option, text) : CURLE_UNKNOWN_OPTION;
}

CURLcode cc_set_list(CURL *handle, CURLoption option, struct curl_slist *list) {
    return is_pointer(option) ? curl_easy_setopt(handle, option, list) : CURLE_UNKNOWN_OPTION;
}

CURLcode cc_set_body(CURL *handle, const void *bytes, curl_off_t count) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, count);
    // Without bytes libcurl would read the body from standard input.
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_POSTFIELDS, count ? bytes : "") : code;
}

CURLcode cc_set_receivers(CURL *handle, cc_receive header, cc_receive body, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, header);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_WRITEDATA, context) : code;
}

CURLcode cc_set_error_buffer(CURL *handle, char *buffer) {
    return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, buffer);
}

// A connection over a Unix socket has none of these; it works without.
static int on_socket(void *context, curl_socket_t socket, curlsocktype purpose) {
    const int unsent_bytes_max = 32 * 1024, unacknowledged_ms_max = 60 * 1000;
    setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes_max, sizeof unsent_bytes_max);
    setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms_max, sizeof unacknowledged_ms_max);
    return CURL_SOCKOPT_OK;
}

CURLcode cc_set_slow_line(CURL *handle) { return curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, on_socket); }

CURLcode cc_get_long(CURL *handle, CURLINFO info, long *value) {
    return (info & CURLINFO_TYPEMASK) == CURLINFO_LONG ? curl_easy_getinfo(handle, info, value) : CURLE_UNKNOWN_OPTION;
}

CURLcode cc_get_size(CURL *handle, CURLINFO info, curl_off_t *value) {
    return (info & CURLINFO_TYPEMASK) == CURLINFO_OFF_T ? curl_easy_getinfo(handle, info, value)
                                                        : CURLE_UNKNOWN_OPTION;
}
