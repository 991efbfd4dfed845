/* SPDX-License-Identifier: MIT */
/* What the responder of the benchmark says: bytes in, bytes out, no sockets.  DNS for bench.example.com (one
 * target, kms01) and many.example.com (200 targets, host000 to host199), every name at 127.0.0.1; and the
 * bind_ack of a genuine RPC runtime, which takes the first context and refuses the others. */
#ifndef BENCH_REPLY_H
#define BENCH_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    REPLY_HOSTS = 200,
    REPLY_SIZE = 16384 /* the SRV answer with 200 targets has about 8900 bytes */
};

struct zones {
    uint16_t kms_port; /* of kms01 */
    uint16_t host_ports[REPLY_HOSTS];
};

struct reply {
    size_t length;
    unsigned char bytes[REPLY_SIZE];
};

/* The answer to a question; over UDP it is cut to what the asker takes, at most 1232 bytes.  False: the
 * message is no question and stays without an answer. */
bool reply_to_question(const unsigned char *bytes, size_t length, bool is_udp, const struct zones *zones,
                       struct reply *ret);

/* The length of the bind that begins with these bytes, 0 as long as fewer than 16 have come; false: it is
 * none. */
bool reply_measure_bind(const unsigned char *bytes, size_t length, size_t *ret_length);

/* The bind_ack to a whole bind that was sent to `port`; false when its contexts are not all there. */
bool reply_to_bind(const unsigned char *bind, size_t length, uint16_t port, struct reply *ret);

#endif
