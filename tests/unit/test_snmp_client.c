/* SPDX-License-Identifier: MIT */
/* SNMP over loopback.  The other side runs in the same loop, takes the packets as they are and answers each
 * with what the case makes of it; a message is written by hand here, so that it can be wrong in every way.
 * Nobody waits for anything but events. */
#include "transport/snmp_client.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 60000, SHORT_MS = 120, PACKET_MAXIMUM = 65507 };

enum { TAG_INTEGER = 0x02, TAG_BYTES = 0x04, TAG_NULL = 0x05, TAG_OID = 0x06, TAG_SEQUENCE = 0x30 };
enum { TAG_REPLY = 0xA2, TAG_REPORT = 0xA8 };

/* ---- BER by hand ---- */

struct packet {
    uint8_t bytes[PACKET_MAXIMUM];
    size_t length;
};

/* Written from its end: a length is known when its content stands. */
struct writer {
    uint8_t bytes[PACKET_MAXIMUM];
    size_t start;
};

static void put(struct writer *writer, const void *bytes, size_t length)
{
    assert_true(writer->start >= length);
    writer->start -= length;
    memcpy(writer->bytes + writer->start, bytes, length);
}

static void put_byte(struct writer *writer, unsigned byte)
{
    uint8_t one = (uint8_t)byte;
    put(writer, &one, 1);
}

/* The head in front of everything since `end`. */
static void put_head(struct writer *writer, unsigned tag, size_t end)
{
    size_t length = end - writer->start;
    put_byte(writer, (unsigned)(length & 0xFF));
    put_byte(writer, (unsigned)(length >> 8 & 0xFF));
    put_byte(writer, 0x82);
    put_byte(writer, tag);
}

static void put_number(struct writer *writer, uint32_t number)
{
    size_t end = writer->start;
    for (int i = 0; i < 4; i++)
        put_byte(writer, number >> 8 * i & 0xFF);
    put_head(writer, TAG_INTEGER, end);
}

static void put_bytes(struct writer *writer, const void *bytes, size_t length)
{
    size_t end = writer->start;
    put(writer, bytes, length);
    put_head(writer, TAG_BYTES, end);
}

static const uint8_t name[] = {0x2B, 6, 1, 2, 1, 1, 1, 0}; /* .1.3.6.1.2.1.1.1.0 */

/* What the other side says. */
struct answer {
    int version;         /* as it stands in the packet: 0 = v1, 1 = v2c */
    uint32_t id_change;  /* added to the request id */
    unsigned tag;        /* of the PDU; 0 = a reply */
    uint32_t error;      /* error-status, with index 1 */
    size_t bindings;     /* each the name above */
    size_t value_length; /* bytes of 'x' in each */
    unsigned value_tag;  /* instead of bytes a value without content: 0x80 noSuchObject ... */
    size_t cut;          /* bytes left out at the end of the packet */
    const char *garbage; /* instead of all that */
    bool says_nothing;
    size_t ignored;        /* requests that are not answered before the first that is */
    size_t answered;       /* requests that are answered as above; 0 = all */
    uint32_t later_change; /* added to the request id of each reply after those; 0 = no reply */
    bool cuts_later;       /* such replies come in part */
};

static void put_binding(struct writer *writer, const struct answer *answer)
{
    static uint8_t value[PACKET_MAXIMUM];
    size_t end = writer->start;
    memset(value, 'x', sizeof value);
    if (answer->value_tag != 0)
        put_head(writer, answer->value_tag, writer->start);
    else
        put_bytes(writer, value, answer->value_length);
    size_t name_end = writer->start;
    put(writer, name, sizeof name);
    put_head(writer, TAG_OID, name_end);
    put_head(writer, TAG_SEQUENCE, end);
}

static void write_answer(const struct answer *answer, uint32_t request_id, struct packet *ret)
{
    static struct writer writer;
    writer.start = sizeof writer.bytes;
    for (size_t i = 0; i < answer->bindings; i++)
        put_binding(&writer, answer);
    put_head(&writer, TAG_SEQUENCE, sizeof writer.bytes);
    put_number(&writer, answer->error != 0);
    put_number(&writer, answer->error);
    put_number(&writer, request_id + answer->id_change);
    put_head(&writer, answer->tag != 0 ? answer->tag : TAG_REPLY, sizeof writer.bytes);
    put_bytes(&writer, "secret", 6);
    put_number(&writer, (uint32_t)answer->version);
    put_head(&writer, TAG_SEQUENCE, sizeof writer.bytes);
    ret->length = sizeof writer.bytes - writer.start - answer->cut;
    memcpy(ret->bytes, writer.bytes + writer.start, ret->length);
}

/* The request id of a packet of net-snmp: behind the community and the head of the PDU. */
static uint32_t find_request_id(const uint8_t *packet, size_t length)
{
    uint32_t id = 0;
    for (size_t i = 0; i + 8 < length; i++) {
        if (memcmp(packet + i, "secret", 6) != 0)
            continue;
        i += 6 + 1; /* the tag of the PDU */
        i += (packet[i] & 0x80) != 0 ? 1U + (packet[i] & 0x7FU) : 1U;
        assert_int_equal(packet[i], TAG_INTEGER);
        for (size_t digit = 0; digit < packet[i + 1]; digit++)
            id = id << 8 | packet[i + 2 + digit];
        return id;
    }
    fail_msg("a request without its community");
    return 0;
}

/* ---- the other side ---- */

static struct loop *loop;
static struct loop_watch peer;
static struct answer answer;
static size_t requests;
static uint8_t last_request[2048];
static size_t last_request_length;

static void stop_peer(void)
{
    loop_watch_stop(loop, &peer);
    if (peer.descriptor >= 0)
        close(peer.descriptor);
    peer.descriptor = -1;
}

static void peer_ready(struct loop_watch *watch, short ready_events)
{
    static struct packet packet;
    struct sockaddr_storage from;
    socklen_t from_length = sizeof from;
    (void)ready_events;
    ssize_t got = recvfrom(watch->descriptor, last_request, sizeof last_request, 0, (struct sockaddr *)&from,
                           &from_length);
    assert_true(got > 0);
    last_request_length = (size_t)got;
    if (answer.says_nothing || requests++ < answer.ignored)
        return;
    bool is_later = answer.answered > 0 && requests - answer.ignored > answer.answered;
    if (is_later && answer.later_change == 0 && !answer.cuts_later)
        return;
    struct answer now = answer;
    if (is_later) {
        now.id_change = answer.later_change;
        now.cut = answer.cuts_later ? 1 : 0;
    }
    if (answer.garbage != NULL) {
        packet.length = strlen(answer.garbage);
        memcpy(packet.bytes, answer.garbage, packet.length);
    } else {
        write_answer(&now, find_request_id(last_request, last_request_length), &packet);
    }
    assert_int_equal(
        sendto(watch->descriptor, packet.bytes, packet.length, 0, (struct sockaddr *)&from, from_length),
        packet.length);
}

static uint16_t start_peer(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    peer = (struct loop_watch) {
        .descriptor = socket(AF_INET, SOCK_DGRAM, 0), .events = POLLIN, .ready = peer_ready};
    assert_true(peer.descriptor >= 0);
    assert_int_equal(bind(peer.descriptor, (struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(peer.descriptor, (struct sockaddr *)&address, &length), 0);
    assert_true(loop_watch_start(loop, &peer));
    return ntohs(address.sin_port);
}

/* ---- our side ---- */

static struct outcome {
    struct snmp_client *client;
    size_t wanted, answered;
    bool has_reply;
    int error;
    size_t error_index, binding_count, value_length;
    enum snmp_value_kind kind;
    struct problem why;
} outcome;

static const struct snmp_oid oid = {.parts = {1, 3, 6, 1, 2, 1, 1, 1, 0}, .length = 9};
static struct snmp_request request;

static void answered(void *context, const struct snmp_reply *reply, const struct problem *why)
{
    (void)context;
    outcome.answered++;
    outcome.has_reply = reply != NULL;
    if (reply == NULL) {
        outcome.why = *why;
    } else {
        outcome.error = reply->error;
        outcome.error_index = reply->error_index;
        outcome.binding_count = reply->binding_count;
        if (reply->binding_count > 0) {
            assert_memory_equal(reply->bindings[0].oid.parts, oid.parts, oid.length * sizeof oid.parts[0]);
            outcome.kind = reply->bindings[0].kind;
            outcome.value_length = reply->bindings[0].bytes.length;
        }
    }
    if (reply != NULL && outcome.answered < outcome.wanted)
        snmp_client_ask(outcome.client, &request, answered, NULL);
    else
        stop_peer();
}

static struct snmp_target target_at(uint16_t port)
{
    return (struct snmp_target) {.address = {.bytes = {127, 0, 0, 1}},
                                 .port = port,
                                 .version = 2,
                                 .community = "secret",
                                 .retries = 1};
}

/* One run of `wanted` requests; true when it ended before the deadline. */
static bool run(struct answer own_answer, struct snmp_target target, size_t wanted, int64_t limit_ms)
{
    struct deadline deadline = deadline_in(limit_ms);
    answer = own_answer;
    requests = 0;
    outcome = (struct outcome) {.wanted = wanted};
    if (request.oids == NULL)
        request = (struct snmp_request) {.kind = SNMP_GET, .oids = &oid, .oid_count = 1};
    loop = loop_new();
    assert_non_null(loop);
    target.port = start_peer();
    if (!snmp_client_open(loop, &target, deadline, &outcome.client, &outcome.why)) {
        stop_peer();
        loop_free(loop);
        return true;
    }
    snmp_client_ask(outcome.client, &request, answered, NULL);
    bool is_in_time = loop_run(loop, deadline);
    if (!is_in_time && (outcome.answered == 0 || outcome.has_reply)) {
        outcome.has_reply = false;
        snmp_client_explain_silence(outcome.client, &outcome.why);
    }
    stop_peer();
    snmp_client_close(outcome.client);
    loop_free(loop);
    request = (struct snmp_request) {.oids = NULL};
    return is_in_time;
}

/* Runs into its limit, each time a longer one, until the problem says these words (and advises the others,
 * NULL for any): a machine under load takes its time for what the peer has to send. */
static void run_until(const char *words, const char *advice, struct answer own_answer,
                      struct snmp_target target, size_t wanted)
{
    for (int64_t ms = SHORT_MS; ms <= PATIENCE_MS; ms *= 3) {
        run(own_answer, target, wanted, ms);
        if (strstr(outcome.why.sentence, words) != NULL &&
            (advice == NULL || strstr(outcome.why.advice, advice) != NULL))
            return;
    }
}

static void require_problem(const char *case_name, enum problem_kind kind, const char *words)
{
    if (outcome.has_reply)
        fail_msg("%s: a reply of %zu bindings, error %d", case_name, outcome.binding_count, outcome.error);
    if (strstr(outcome.why.sentence, words) == NULL)
        fail_msg("%s: \"%s\", wanted: %s", case_name, outcome.why.sentence, words);
    assert_int_equal(outcome.why.kind, kind);
    if (kind == PROBLEM_PROTOCOL && outcome.why.advice[0] == '\0')
        fail_msg("%s: has no advice: %s", case_name, outcome.why.sentence);
}

/* ---- tests ---- */

static void a_reply_is_read(void **state)
{
    (void)state;
    assert_true(run((struct answer) {.version = 1, .bindings = 1, .value_length = 300}, target_at(0), 1,
                    PATIENCE_MS));
    assert_true(outcome.has_reply);
    assert_int_equal(outcome.error, SNMP_ERROR_NONE);
    assert_int_equal(outcome.binding_count, 1);
    assert_int_equal(outcome.kind, SNMP_VALUE_BYTES);
    assert_int_equal(outcome.value_length, 300);
}

static void requests_follow_each_other(void **state)
{
    (void)state;
    assert_true(run((struct answer) {.version = 1, .bindings = 1}, target_at(0), 50, PATIENCE_MS));
    assert_int_equal(outcome.answered, 50);
    assert_int_equal(requests, 50);
}

static void absent_values_are_told_apart(void **state)
{
    static const struct {
        unsigned tag;
        enum snmp_value_kind kind;
    } cases[] = {{TAG_NULL, SNMP_VALUE_NULL},
                 {0x80, SNMP_NO_SUCH_OBJECT},
                 {0x81, SNMP_NO_SUCH_INSTANCE},
                 {0x82, SNMP_END_OF_VIEW}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(run((struct answer) {.version = 1, .bindings = 1, .value_tag = cases[i].tag},
                        target_at(0), 1, PATIENCE_MS));
        assert_true(outcome.has_reply);
        assert_int_equal(outcome.kind, cases[i].kind);
    }
}

static void an_error_is_a_reply(void **state)
{
    (void)state;
    assert_true(
        run((struct answer) {.version = 1, .error = SNMP_ERROR_TOO_BIG}, target_at(0), 1, PATIENCE_MS));
    assert_true(outcome.has_reply);
    assert_int_equal(outcome.error, SNMP_ERROR_TOO_BIG);
    assert_int_equal(outcome.error_index, 1);
    struct snmp_target old = target_at(0);
    old.version = 1;
    assert_true(run((struct answer) {.version = 0, .error = SNMP_ERROR_NO_SUCH_NAME, .bindings = 1}, old, 1,
                    PATIENCE_MS));
    assert_int_equal(outcome.error, SNMP_ERROR_NO_SUCH_NAME);
}

static void a_lost_request_is_sent_again_within_the_deadline(void **state)
{
    (void)state;
    bool is_in_time = false;
    for (int64_t ms = 2 * SHORT_MS; !is_in_time && ms <= PATIENCE_MS; ms *= 3)
        is_in_time = run((struct answer) {.version = 1, .bindings = 1, .ignored = 1}, target_at(0), 1, ms);
    assert_true(is_in_time);
    assert_true(outcome.has_reply);
    assert_int_equal(requests, 2);
}

static void what_is_no_answer_is_not_taken_for_one(void **state)
{
    static const struct {
        const char *name;
        struct answer answer;
        enum problem_kind kind;
        const char *words;
    } cases[] = {
        {"silence", {.says_nothing = true}, PROBLEM_TIMEOUT, "did not answer"},
        {"text", {.garbage = "HTTP/1.1 400 Bad Request\r\n\r\n"}, PROBLEM_PROTOCOL, "cannot be read as SNMP"},
        {"one byte", {.garbage = "0"}, PROBLEM_PROTOCOL, "cannot be read as SNMP"},
        {"a length beyond the packet",
         {.garbage = "0\x84\x7F\xFF\xFF\xFF\x02\x01\x01"},
         PROBLEM_PROTOCOL,
         "cannot be read as SNMP"},
        {"a cut packet",
         {.version = 1, .bindings = 1, .value_length = 300, .cut = 100},
         PROBLEM_PROTOCOL,
         "cannot be read as SNMP"},
        {"a packet without its last byte",
         {.version = 1, .bindings = 1, .value_length = 300, .cut = 1},
         PROBLEM_PROTOCOL,
         "cannot be read as SNMP"},
        {"another version", {.version = 0, .bindings = 1}, PROBLEM_PROTOCOL, "cannot be read as SNMP"},
        {"a version that does not exist",
         {.version = 7, .bindings = 1},
         PROBLEM_PROTOCOL,
         "cannot be read as SNMP"},
        {"the answer to another request",
         {.version = 1, .bindings = 1, .id_change = 1},
         PROBLEM_PROTOCOL,
         "answers none of our questions"},
        {"a request instead of a reply",
         {.version = 1, .bindings = 1, .tag = 0xA0},
         PROBLEM_PROTOCOL,
         "answers none of our questions"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run_until(cases[i].words, NULL, cases[i].answer, target_at(0), 1);
        require_problem(cases[i].name, cases[i].kind, cases[i].words);
    }
}

static void require_advice(const char *case_name, const char *words)
{
    if (strstr(outcome.why.advice, words) == NULL)
        fail_msg("%s: advises \"%s\", wanted: %s", case_name, outcome.why.advice, words);
}

static void silence_after_answers_is_silence(void **state)
{
    (void)state;
    run_until("answered and then fell silent", NULL,
              (struct answer) {.version = 1, .bindings = 1, .answered = 2}, target_at(0), 3);
    require_problem("silence", PROBLEM_TIMEOUT, "answered and then fell silent");
    assert_null(strstr(outcome.why.advice, "fragments"));
    run_until("answered and then fell silent", NULL,
              (struct answer) {.version = 1, .bindings = 1, .answered = 2, .later_change = 1000},
              target_at(0), 3);
    require_problem("a stranger", PROBLEM_TIMEOUT, "answered and then fell silent");
    run_until("answered and then fell silent", NULL,
              (struct answer) {.version = 1, .bindings = 1, .answered = 2, .later_change = (uint32_t)-1},
              target_at(0), 3);
    require_problem("an answer to an earlier request", PROBLEM_TIMEOUT, "answered and then fell silent");
    run_until("answered and then fell silent", "fragments",
              (struct answer) {.version = 1, .bindings = 1, .answered = 2, .cuts_later = true}, target_at(0),
              3);
    require_problem("a cut answer", PROBLEM_TIMEOUT, "answered and then fell silent");
    require_advice("a cut answer", "fragments");
    run_until("cannot be read as SNMP", "fragments", (struct answer) {.version = 1, .bindings = 1, .cut = 1},
              target_at(0), 1);
    require_problem("only a cut answer", PROBLEM_PROTOCOL, "cannot be read as SNMP");
    require_advice("only a cut answer", "fragments");
}

static void more_values_than_were_asked_for_are_refused(void **state)
{
    (void)state;
    assert_true(run((struct answer) {.version = 1, .bindings = 2}, target_at(0), 1, PATIENCE_MS));
    require_problem("two values", PROBLEM_PROTOCOL, "more values than the 1");
    assert_true(run((struct answer) {.version = 1, .bindings = 2500}, target_at(0), 1, PATIENCE_MS));
    require_problem("2500 values", PROBLEM_PROTOCOL, "more values than the 1");
    request = (struct snmp_request) {.kind = SNMP_GET_BULK, .oids = &oid, .oid_count = 1, .repetitions = 20};
    assert_true(run((struct answer) {.version = 1, .bindings = 20}, target_at(0), 1, PATIENCE_MS));
    assert_true(outcome.has_reply);
    assert_int_equal(outcome.binding_count, 20);
    request = (struct snmp_request) {.kind = SNMP_GET_BULK, .oids = &oid, .oid_count = 1, .repetitions = 20};
    assert_true(run((struct answer) {.version = 1, .bindings = 21}, target_at(0), 1, PATIENCE_MS));
    require_problem("21 rows", PROBLEM_PROTOCOL, "more values than the 20");
}

static void a_reply_of_the_largest_size_arrives(void **state)
{
    (void)state;
    assert_true(run((struct answer) {.version = 1, .bindings = 1, .value_length = 65000}, target_at(0), 1,
                    PATIENCE_MS));
    assert_true(outcome.has_reply);
    assert_int_equal(outcome.value_length, 65000);
}

static void a_report_is_none_of_version_2c(void **state)
{
    (void)state;
    assert_true(
        run((struct answer) {.version = 1, .bindings = 1, .tag = TAG_REPORT}, target_at(0), 1, PATIENCE_MS));
    require_problem("a report", PROBLEM_PROTOCOL, "a report");
}

static void nobody_on_the_port_is_said_at_once(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    (void)state;
    /* A port that was free a moment ago, given back. */
    int held = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(bind(held, (struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(held, (struct sockaddr *)&address, &length), 0);
    close(held);
    struct snmp_target target = target_at(ntohs(address.sin_port));
    struct deadline deadline = deadline_in(PATIENCE_MS);
    outcome = (struct outcome) {.wanted = 1};
    request = (struct snmp_request) {.kind = SNMP_GET, .oids = &oid, .oid_count = 1};
    peer.descriptor = -1;
    loop = loop_new();
    assert_true(snmp_client_open(loop, &target, deadline, &outcome.client, &outcome.why));
    snmp_client_ask(outcome.client, &request, answered, NULL);
    assert_true(loop_run(loop, deadline));
    snmp_client_close(outcome.client);
    loop_free(loop);
    require_problem("nobody", PROBLEM_CONNECT, "nothing listens on UDP port");
    request = (struct snmp_request) {.oids = NULL};
}

static struct snmp_target user_at_level(enum snmp_level level)
{
    struct snmp_target target = target_at(0);
    target.version = 3;
    target.community = NULL;
    target.level = level;
    target.user = "monitoring";
    target.authentication = "SHA-256";
    target.privacy = "AES";
    target.authentication_passphrase = "longenough";
    target.privacy_passphrase = "longenough";
    return target;
}

static void version_3_asks_who_is_there_first(void **state)
{
    (void)state;
    run_until("first question of SNMPv3", NULL, (struct answer) {.says_nothing = true},
              user_at_level(SNMP_LEVEL_PRIVACY), 1);
    require_problem("silence", PROBLEM_TIMEOUT, "first question of SNMPv3");
    assert_true(last_request_length > 0);
    for (size_t i = 0; i + 10 <= last_request_length; i++)
        assert_memory_not_equal(last_request + i, "monitoring", 10);
    run_until("cannot be read as SNMP", NULL, (struct answer) {.garbage = "not SNMP at all"},
              user_at_level(SNMP_LEVEL_PRIVACY), 1);
    require_problem("garbage", PROBLEM_PROTOCOL, "cannot be read as SNMP");
}

static void a_user_without_what_it_needs_is_refused_before_a_packet(void **state)
{
    struct snmp_target target = user_at_level(SNMP_LEVEL_PRIVACY);
    (void)state;
    target.privacy_passphrase = "short";
    run_until("fewer than 8", NULL, (struct answer) {.says_nothing = true}, target, 1);
    require_problem("a short pass phrase", PROBLEM_USAGE, "fewer than 8");
    target = user_at_level(SNMP_LEVEL_AUTH);
    target.authentication = "ROT-13";
    run_until("has no --authproto=ROT-13", NULL, (struct answer) {.says_nothing = true}, target, 1);
    require_problem("an unknown protocol", PROBLEM_USAGE, "has no --authproto=ROT-13");
    target = user_at_level(SNMP_LEVEL_PRIVACY);
    target.privacy = "ROT-13";
    run_until("has no --privproto=ROT-13", NULL, (struct answer) {.says_nothing = true}, target, 1);
    require_problem("an unknown protocol", PROBLEM_USAGE, "has no --privproto=ROT-13");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_is_read),
        cmocka_unit_test(requests_follow_each_other),
        cmocka_unit_test(absent_values_are_told_apart),
        cmocka_unit_test(an_error_is_a_reply),
        cmocka_unit_test(a_lost_request_is_sent_again_within_the_deadline),
        cmocka_unit_test(what_is_no_answer_is_not_taken_for_one),
        cmocka_unit_test(silence_after_answers_is_silence),
        cmocka_unit_test(more_values_than_were_asked_for_are_refused),
        cmocka_unit_test(a_reply_of_the_largest_size_arrives),
        cmocka_unit_test(a_report_is_none_of_version_2c),
        cmocka_unit_test(nobody_on_the_port_is_said_at_once),
        cmocka_unit_test(version_3_asks_who_is_there_first),
        cmocka_unit_test(a_user_without_what_it_needs_is_refused_before_a_packet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
