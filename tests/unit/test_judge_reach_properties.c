/* SPDX-License-Identifier: MIT */
/* What holds for check_kms_reach whatever the facts are: properties over generated ones. */
#include "test_reach_cases.h"

enum { GENERATED_CASES = 5000, ADDRESSES_MAXIMUM = 3 };

/* A case and the arrays that it points to. */
struct generated {
    struct reach_case input;
    struct probe probes[TARGETS_MAXIMUM][ADDRESSES_MAXIMUM];
    struct reach_record records[2][TARGETS_MAXIMUM];
    struct dns_answer answers[2];
    size_t target_count, zone_count;
    uint16_t spare_port; /* of some records */
};

static void generate_probe(uint32_t *seed, struct probe *ret, unsigned place)
{
    const struct probe probes[] = {
        FINE(IPV4(0)),
        FINE(IPV4(0)),
        PROBE(IPV4(0), TOOK(200000, 300000)),
        PROBE(IPV4(0), EMULATOR),
        REFUSED(IPV4(0)),
        FILTERED(IPV4(0)),
        NO_ROUTE(IPV4(0)),
        LATE(IPV4(0)),
        PROBE(IPV4(0), ENDED(PROBE_UNREACHABLE)),
        PROBE(IPV4(0), ENDED(PROBE_CLOSED), .connect_us = 2000),
        PROBE(IPV4(0), ANSWERED(.kind = BIND_NAK, .reject_reason = 1)),
        PROBE(IPV4(0), ANSWERED(.kind = BIND_FAULT, .status = 5)),
        PROBE(IPV4(0), ANSWERED(.kind = BIND_ACK, .kms = BIND_REFUSED, .result = 2, .reason = 1))};
    *ret = probes[pick(seed, sizeof probes / sizeof *probes)];
    ret->address = pick(seed, 3) == 0 ? IPV6((uint8_t)place) : IPV4((uint8_t)place);
}

static void generate_target(uint32_t *seed, struct generated *all, size_t number)
{
    static const char *const names[TARGETS_MAXIMUM] = {KMS01, KMS02, KMS03, KMS_OLD, NAS7, KMS04};
    static const enum dns_outcome outcomes[] = {DNS_NAME_ERROR, DNS_NO_DATA, DNS_SERVER_FAILURE,
                                                DNS_NOT_IN_TIME};
    struct reach_target *target = &all->input.targets[number];
    *target =
        (struct reach_target) {.host = names[number], .port = pick(seed, 8) == 0 ? all->spare_port : 1688};
    target->probe_count = pick(seed, ADDRESSES_MAXIMUM + 1);
    target->probes = all->probes[number];
    for (size_t i = 0; i < target->probe_count; i++)
        generate_probe(seed, &all->probes[number][i], (unsigned)(10 * number + i));
    if (target->probe_count > 0)
        return;
    target->asked_a = target->asked_aaaa = true;
    target->a.outcome = outcomes[pick(seed, sizeof outcomes / sizeof *outcomes)];
    target->aaaa.outcome = outcomes[pick(seed, sizeof outcomes / sizeof *outcomes)];
}

static void generate_case(uint32_t *seed, struct generated *ret)
{
    static const char *const domains[] = {"corp.example.com", "example.com"};
    *ret = (struct generated) {.input = {.name = "generated"}};
    ret->input.planned = pick(seed, 3) == 0 ? KMS01 "," KMS02 ",192.0.2.20" : NULL;
    ret->target_count = 1 + pick(seed, 6);
    ret->zone_count = 1 + pick(seed, 2);
    /* a stranger, or a name of another zone, leaves no room for a port on the first line */
    ret->spare_port = ret->input.planned == NULL && ret->zone_count == 1 ? 1689 : 1688;
    for (size_t i = 0; i < ret->target_count; i++)
        generate_target(seed, ret, i);
    for (size_t i = 0; i < ret->zone_count; i++) {
        struct reach_zone *zone = &ret->input.zones[i];
        ret->answers[i] = (struct dns_answer)SERVER(53, DNS_ANSWERED);
        *zone = (struct reach_zone) {
            .domain = domains[i], .answers = &ret->answers[i], .answer_count = 1, .records = ret->records[i]};
        for (size_t target = 0; target < ret->target_count; target++) {
            bool is_held =
                i == 0 && (ret->zone_count == 1 || target % 2 == 0); /* every target is in a zone */
            if (is_held || (i == 1 && target % 2 == 1) || pick(seed, 3) == 0)
                ret->records[i][zone->record_count++] = (struct reach_record) {
                    .priority = (uint16_t)pick(seed, 2), .target = target, .servers = 1};
        }
        if (zone->record_count == 0)
            ret->answers[i].outcome = DNS_NO_DATA;
    }
    ret->input.has_named_servers = pick(seed, 2) == 0;
    ret->input.minimum = 1 + pick(seed, 3);
    ret->input.warning = pick(seed, 3) == 0 ? "0.1" : NULL;
}

static enum state state_of(const struct reach_case *input)
{
    struct report report;
    judge_case(input, &report);
    enum state state = report_state(&report);
    check_any_reach(input->name, &report);
    report_done(&report);
    return state;
}

static bool is_usable(const struct reach_target *target)
{
    bool is_usable = false;
    for (size_t i = 0; i < target->probe_count; i++)
        is_usable |= target->probes[i].outcome == PROBE_ANSWERED &&
                     target->probes[i].answer.kind == BIND_ACK &&
                     target->probes[i].answer.kms == BIND_ACCEPTED;
    return is_usable;
}

static void ok_is_never_said_without_enough_usable_targets_in_every_zone(void **state)
{
    uint32_t seed = 1;
    unsigned oks = 0;
    (void)state;
    for (unsigned i = 0; i < GENERATED_CASES; i++) {
        struct generated all;
        generate_case(&seed, &all);
        if (pick(&seed, 2) == 0)
            all.input.rules = "srv-stale=off,address=off,decoy=off";
        if (state_of(&all.input) != STATE_OK)
            continue;
        oks++;
        for (size_t zone = 0; zone < all.zone_count; zone++) {
            unsigned usable = 0;
            for (size_t at = 0; at < all.input.zones[zone].record_count; at++)
                usable += is_usable(&all.input.targets[all.records[zone][at].target]);
            if (usable < all.input.minimum)
                fail_msg("generated case %u is OK with %u usable targets of %u wanted", i, usable,
                         all.input.minimum);
        }
    }
    assert_in_range(oks, 20, GENERATED_CASES);
}

static void losing_an_address_is_never_better(void **state)
{
    uint32_t seed = 2;
    (void)state;
    for (unsigned i = 0; i < GENERATED_CASES; i++) {
        struct generated all;
        generate_case(&seed, &all);
        all.input.warning = NULL; /* a slow address that dies is slow no more */
        enum state before = state_of(&all.input);
        struct reach_target *target = &all.input.targets[pick(&seed, (unsigned)all.target_count)];
        if (target->probe_count == 0)
            continue;
        struct probe *probe = &target->probes[pick(&seed, (unsigned)target->probe_count)];
        bool is_special = probe->answer.has_emulator_group; /* it warns as long as it lives */
        for (size_t other = 0; other < target->probe_count; other++)
            is_special |= target->probes[other].outcome == PROBE_NOT_IN_TIME; /* then nothing is known */
        probe->outcome = PROBE_REFUSED;
        probe->answer = (struct bind_answer) {.kind = BIND_NOTHING};
        enum state after = state_of(&all.input);
        if (state_severity(after) < state_severity(before) && !is_special)
            fail_msg("generated case %u is better with a dead address: %s, then %s", i, state_name(before),
                     state_name(after));
    }
}

static void a_higher_minimum_is_never_better(void **state)
{
    uint32_t seed = 3;
    (void)state;
    for (unsigned i = 0; i < GENERATED_CASES; i++) {
        struct generated all;
        generate_case(&seed, &all);
        enum state before = state_of(&all.input);
        all.input.minimum++;
        enum state after = state_of(&all.input);
        if (state_severity(after) < state_severity(before))
            fail_msg("generated case %u is better when more targets are wanted", i);
    }
}

static void the_order_of_records_changes_no_state(void **state)
{
    uint32_t seed = 4;
    (void)state;
    for (unsigned i = 0; i < GENERATED_CASES; i++) {
        struct generated all;
        generate_case(&seed, &all);
        enum state before = state_of(&all.input);
        size_t count = all.input.zones[0].record_count;
        size_t left = pick(&seed, (unsigned)count), right = pick(&seed, (unsigned)count);
        struct reach_record moved = all.records[0][left];
        all.records[0][left] = all.records[0][right];
        all.records[0][right] = moved;
        enum state after = state_of(&all.input);
        require_equal("order of records", "state", state_name(after), state_name(before));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ok_is_never_said_without_enough_usable_targets_in_every_zone),
        cmocka_unit_test(losing_an_address_is_never_better),
        cmocka_unit_test(a_higher_minimum_is_never_better),
        cmocka_unit_test(the_order_of_records_changes_no_state),
    };
    return cmocka_run_group_tests_name("judge_reach_properties", tests, NULL, NULL);
}
