#include "WakeShim.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

int ws_open_networks(void) {
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (descriptor < 0) return -1;
    struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    address.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0) return descriptor;
    close(descriptor);
    return -1;
}

// Addresses within this machine or its cable, and routes to one network, come and go on a busy machine all day.
static int matters(const struct nlmsghdr *header) {
    switch (header->nlmsg_type) {
    case RTM_NEWADDR:
    case RTM_DELADDR:
        return header->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifaddrmsg)) &&
               ((const struct ifaddrmsg *)NLMSG_DATA(header))->ifa_scope == RT_SCOPE_UNIVERSE;
    case RTM_NEWROUTE:
    case RTM_DELROUTE:
        return header->nlmsg_len >= NLMSG_LENGTH(sizeof(struct rtmsg)) &&
               ((const struct rtmsg *)NLMSG_DATA(header))->rtm_dst_len == 0 &&
               ((const struct rtmsg *)NLMSG_DATA(header))->rtm_type == RTN_UNICAST;
    default:
        return 0;
    }
}

int ws_networks_changed_by(const void *messages, size_t count) {
    int changed = 0;
    unsigned int left = (unsigned int)count;
    for (const struct nlmsghdr *header = messages; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
        changed |= matters(header);
    }
    return changed;
}

int ws_networks_changed(int descriptor) {
    _Alignas(struct nlmsghdr) char messages[16384];
    int changed = 0;
    ssize_t count;
    while ((count = recv(descriptor, messages, sizeof messages, 0)) > 0) {
        changed |= ws_networks_changed_by(messages, (size_t)count);
    }
    // More happened than the queue holds: perhaps something that matters.
    return changed || errno == ENOBUFS;
}
