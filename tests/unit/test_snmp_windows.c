/* SPDX-License-Identifier: MIT */
/* Whole conversations with the SNMP service of Windows: which tables it has, and what is in them. */
#include "test_snmp_kit.h"

#include <stdio.h>

static const struct snmp_oid system_name = SNMP_OID(1, 3, 6, 1, 2, 1, 1, 5, 0);
static const struct snmp_oid connection_column = SNMP_OID(1, 3, 6, 1, 2, 1, 6, 13, 1, 1);
static const struct snmp_oid listener_column = SNMP_OID(1, 3, 6, 1, 2, 1, 6, 20, 1, 4);
static const struct snmp_oid run_name = SNMP_OID(1, 3, 6, 1, 2, 1, 25, 4, 2, 1, 2);
static const struct snmp_oid run_status = SNMP_OID(1, 3, 6, 1, 2, 1, 25, 4, 2, 1, 7);
static const struct snmp_oid service_column = SNMP_OID(1, 3, 6, 1, 4, 1, 77, 1, 2, 3, 1, 3);

enum { LISTEN = 2, ESTABLISHED = 5, TIME_WAIT = 11 };

static const struct snmp_wishes version_2c = {.service_name = "Software Protection", .kms_port = 1688};
static const struct snmp_wishes version_1 = {
    .service_name = "Software Protection", .kms_port = 1688, .is_version_1 = true};

static struct mib_agent agent; /* large */

static void append(struct snmp_oid *oid, uint32_t part)
{
    assert_true(snmp_oid_append_part(oid, part));
}

/* "192.0.2.11" */
static void append_ipv4(struct snmp_oid *oid, const char *address)
{
    uint32_t part = 0;
    for (; *address != '\0'; address++) {
        if (*address == '.') {
            append(oid, part);
            part = 0;
        } else {
            part = part * 10 + (uint32_t)(*address - '0');
        }
    }
    append(oid, part);
}

static void add_connection(const char *local, uint32_t port, const char *remote, uint32_t remote_port,
                           int64_t state)
{
    struct snmp_oid oid = connection_column;
    append_ipv4(&oid, local);
    append(&oid, port);
    append_ipv4(&oid, remote);
    append(&oid, remote_port);
    mib_set(&agent, oid, mib_number(state));
}

static void add_listener_ipv4(const char *local, uint32_t port, int64_t process)
{
    struct snmp_oid oid = listener_column;
    append(&oid, 1);
    append(&oid, 4);
    append_ipv4(&oid, local);
    append(&oid, port);
    mib_set(&agent, oid, mib_number(process));
}

/* :: or ::1 */
static void add_listener_ipv6(uint32_t last_byte, uint32_t port, int64_t process)
{
    struct snmp_oid oid = listener_column;
    append(&oid, 2);
    append(&oid, 16);
    for (int i = 0; i < 15; i++)
        append(&oid, 0);
    append(&oid, last_byte);
    append(&oid, port);
    mib_set(&agent, oid, mib_number(process));
}

static void add_listener_any(uint32_t port, int64_t process)
{
    struct snmp_oid oid = listener_column;
    append(&oid, 0);
    append(&oid, 0);
    append(&oid, port);
    mib_set(&agent, oid, mib_number(process));
}

static void add_process(uint32_t id, const char *name, int64_t status)
{
    struct snmp_oid oid = run_name, state = run_status;
    append(&oid, id);
    append(&state, id);
    mib_set(&agent, oid, mib_bytes(span_of(name)));
    if (status != 0)
        mib_set(&agent, state, mib_number(status));
}

static void add_service(const char *name, int64_t state)
{
    struct snmp_oid oid = service_column;
    assert_true(snmp_oid_append_string(&oid, span_of(name)));
    mib_set(&agent, oid, mib_number(state));
}

/* ---- machines ---- */

static void usual_connections(void)
{
    add_connection("0.0.0.0", 135, "0.0.0.0", 0, LISTEN);
    add_connection("0.0.0.0", 49664, "0.0.0.0", 0, LISTEN);
    add_connection("127.0.0.1", 5000, "127.0.0.1", 5001, ESTABLISHED);
    add_connection("192.0.2.11", 139, "0.0.0.0", 0, LISTEN);
    add_connection("192.0.2.11", 1688, "198.51.100.7", 50000, TIME_WAIT);
    add_connection("192.0.2.11", 3389, "198.51.100.9", 50001, ESTABLISHED);
}

static void usual_listeners(void)
{
    add_listener_ipv4("0.0.0.0", 135, 900);
    add_listener_ipv4("192.0.2.11", 139, 4);
    add_listener_ipv6(0, 135, 900);
}

static void usual_processes(void)
{
    add_process(1, "System Idle Process", 1);
    add_process(4, "System", 1);
    for (uint32_t id = 100; id < 4000; id += 60)
        add_process(id, "svchost.exe", 1);
}

static void usual_services(void)
{
    add_service("DHCP Client", 1);
    add_service("Windows Event Log", 1);
}

static void machine_without_tables(void)
{
}

static void machine_with_everything(void)
{
    usual_connections();
    usual_listeners();
    usual_processes();
    usual_services();
    add_connection("0.0.0.0", 1688, "0.0.0.0", 0, LISTEN);
    add_listener_ipv4("0.0.0.0", 1688, 4242);
    add_listener_ipv6(0, 1688, 4242);
    add_process(4242, "sppsvc.exe", 1);
    add_service("Software Protection", 1);
}

/* What Windows is known to have. */
static void machine_of_old_tables(void)
{
    usual_connections();
    usual_processes();
    usual_services();
    add_connection("0.0.0.0", 1688, "0.0.0.0", 0, LISTEN);
    add_process(4242, "sppsvc.exe", 1);
    add_service("Software Protection", 1);
}

static void machine_in_another_language(void)
{
    usual_connections();
    usual_processes();
    add_service("Softwareschutz", 1);
    add_connection("0.0.0.0", 1688, "0.0.0.0", 0, LISTEN);
    add_process(3990, "SppSvc.EXE", 2);
}

static void machine_in_another_language_without_processes(void)
{
    usual_connections();
    add_service("Softwareschutz", 1);
    add_connection("0.0.0.0", 1688, "0.0.0.0", 0, LISTEN);
}

static void machine_that_listens_on_one_address(void)
{
    usual_connections();
    add_connection("192.0.2.11", 1688, "0.0.0.0", 0, LISTEN);
    add_service("Software Protection", 1);
}

static void machine_that_listens_on_ipv6_only(void)
{
    usual_connections();
    usual_listeners();
    add_listener_ipv6(0x11, 1688, 0);
    add_service("Software Protection", 1);
}

static void machine_that_listens_on_loopback(void)
{
    usual_connections();
    usual_listeners();
    add_connection("127.0.0.1", 1688, "0.0.0.0", 0, LISTEN);
    add_listener_ipv4("127.0.0.1", 1688, 4242);
    add_listener_ipv6(1, 1688, 4242);
    add_process(4242, "sppsvc.exe", 1);
}

static void machine_that_listens_on_loopback_by_old_tables(void)
{
    usual_connections();
    add_connection("127.8.0.1", 1688, "0.0.0.0", 0, LISTEN);
    add_service("Software Protection", 1);
}

/* The loopback address comes first in the table. */
static void machine_that_listens_on_loopback_too(void)
{
    usual_listeners();
    add_listener_ipv4("127.0.0.1", 1688, 4242);
    add_listener_ipv4("192.0.2.11", 1688, 4242);
    add_process(4242, "C:\\Windows\\System32\\SppSvc.exe", 1);
}

static void machine_with_two_owners(void)
{
    usual_listeners();
    add_listener_ipv4("0.0.0.0", 1688, 812);
    add_listener_ipv6(0, 1688, 4242);
    add_process(812, "lsass.exe", 1);
    add_process(4242, "sppsvc.exe", 1);
}

static void machine_with_an_owner_that_ended(void)
{
    machine_with_two_owners();
    mib_remove_below(&agent, &run_name);
    add_process(4242, "sppsvc.exe", 1);
}

static void machine_that_listens_everywhere(void)
{
    char address[32];
    usual_listeners();
    for (unsigned i = 1; i <= 200; i++) {
        snprintf(address, sizeof address, "192.0.2.%u", i);
        add_listener_ipv4(address, 1688, 4242);
    }
    add_process(4242, "sppsvc.exe", 1);
}

static void machine_with_a_path_among_its_processes(void)
{
    usual_connections();
    add_connection("0.0.0.0", 1688, "0.0.0.0", 0, LISTEN);
    add_process(5, "C:\\sppsvc.exe\\other.exe", 1);
    add_process(7, "C:/Windows/sppsvc.exe", 1);
}

static void machine_that_listens_on_any_family(void)
{
    add_listener_any(1688, 0);
    add_service("Software Protection", 1);
}

static void machine_that_does_not_listen(void)
{
    usual_connections();
    usual_listeners();
    usual_processes();
    usual_services();
}

static void machine_that_does_not_listen_on_ipv4(void)
{
    usual_connections();
    add_service("Software Protection", 1);
}

static void machine_with_an_emulator(void)
{
    usual_listeners();
    usual_processes();
    add_listener_ipv4("0.0.0.0", 1688, 777);
    add_process(777, "other.exe", 1);
    add_process(4242, "sppsvc.exe", 1);
}

static void machine_with_a_listener_that_ended(void)
{
    usual_listeners();
    usual_processes();
    add_listener_ipv4("0.0.0.0", 1688, 778);
}

static void machine_with_a_paused_service(void)
{
    machine_with_everything();
    mib_remove_below(&agent, &listener_column);
    add_service("Software Protection", 4);
}

static void machine_with_an_invalid_process(void)
{
    machine_in_another_language();
    add_process(3990, "sppsvc.exe", 4);
}

static void machine_without_the_state_of_processes(void)
{
    machine_in_another_language();
    mib_remove_below(&agent, &run_status);
}

static void machine_with_processes_alone(void)
{
    usual_processes();
    add_process(4242, "sppsvc.exe\0", 1);
}

static void machine_with_closed_sockets_in_place_of_a_listener(void)
{
    usual_connections();
    usual_processes();
    add_connection("0.0.0.0", 1688, "0.0.0.0", 0, TIME_WAIT);
    add_process(4242, "sppsvc.exe", 1);
}

struct machine_case {
    const char *name;
    void (*make)(void);
    const char *presence;
};

static const struct machine_case machines[] = {
    {"everything", machine_with_everything,
     "listening=yes (TCP 1688 on 0.0.0.0 and ::, process sppsvc.exe 4242) running=yes licensing=yes"},
    {"tables of RFC 1213", machine_of_old_tables,
     "listening=yes (TCP 1688 on 0.0.0.0) running=yes (service Software Protection) licensing=?"},
    {"another language", machine_in_another_language,
     "listening=yes (TCP 1688 on 0.0.0.0) running=yes (process sppsvc.exe 3990) licensing=?"},
    {"another language without processes", machine_in_another_language_without_processes,
     "listening=yes (TCP 1688 on 0.0.0.0) running=no (no running service Software Protection) licensing=?"},
    {"one address", machine_that_listens_on_one_address,
     "listening=yes (TCP 1688 on 192.0.2.11) running=yes (service Software Protection) licensing=?"},
    {"IPv6 alone", machine_that_listens_on_ipv6_only,
     "listening=yes (TCP 1688 on ::11) running=yes (service Software Protection) licensing=?"},
    {"any family", machine_that_listens_on_any_family,
     "listening=yes (TCP 1688 on any address) running=yes (service Software Protection) licensing=?"},
    {"no listener", machine_that_does_not_listen,
     "listening=no (no listener on TCP 1688 in tcpListenerTable and tcpConnTable) running=no (no process "
     "sppsvc.exe) licensing=?"},
    {"no listener on IPv4", machine_that_does_not_listen_on_ipv4,
     "listening=no (no listener on TCP 1688 in tcpConnTable (which has IPv4 only)) running=yes (service "
     "Software Protection) licensing=?"},
    {"a socket that is closed", machine_with_closed_sockets_in_place_of_a_listener,
     "listening=no (no listener on TCP 1688 in tcpConnTable (which has IPv4 only)) running=yes (process "
     "sppsvc.exe 4242) licensing=?"},
    {"an emulator", machine_with_an_emulator,
     "listening=yes (TCP 1688 on 0.0.0.0, process other.exe 777) running=yes (process sppsvc.exe 4242) "
     "licensing=no foreign"},
    {"loopback", machine_that_listens_on_loopback,
     "listening=yes (TCP 1688 on 127.0.0.1 and ::1, process sppsvc.exe 4242) running=yes licensing=yes "
     "loopback"},
    {"loopback by old tables", machine_that_listens_on_loopback_by_old_tables,
     "listening=yes (TCP 1688 on 127.8.0.1) running=yes (service Software Protection) licensing=? loopback"},
    {"loopback and an address", machine_that_listens_on_loopback_too,
     "listening=yes (TCP 1688 on 127.0.0.1 and 192.0.2.11, process C:\\Windows\\System32\\SppSvc.exe 4242) "
     "running=yes licensing=yes"},
    {"two owners", machine_with_two_owners,
     "listening=yes (TCP 1688 on 0.0.0.0, process lsass.exe 812, on ::, process sppsvc.exe 4242) running=yes "
     "licensing=yes foreign"},
    {"an owner that ended", machine_with_an_owner_that_ended,
     "listening=yes (TCP 1688 on ::, process sppsvc.exe 4242, on 0.0.0.0) running=yes licensing=yes"},
    {"many addresses", machine_that_listens_everywhere,
     "listening=yes (TCP 1688 on 192.0.2.1 and 192.0.2.2 and 192.0.2.3 and 192.0.2.4 and 196 more, process "
     "sppsvc.exe 4242) running=yes licensing=yes"},
    {"a path", machine_with_a_path_among_its_processes,
     "listening=yes (TCP 1688 on 0.0.0.0) running=yes (process sppsvc.exe 7) licensing=?"},
    {"a listener that ended", machine_with_a_listener_that_ended,
     "listening=yes (TCP 1688 on 0.0.0.0) running=no (no process sppsvc.exe) licensing=?"},
    {"paused", machine_with_a_paused_service,
     "listening=yes (TCP 1688 on 0.0.0.0) running=no (service Software Protection is paused) licensing=?"},
    {"not loaded", machine_with_an_invalid_process,
     "listening=yes (TCP 1688 on 0.0.0.0) running=no (process sppsvc.exe is no longer loaded) licensing=?"},
    {"no state", machine_without_the_state_of_processes,
     "listening=yes (TCP 1688 on 0.0.0.0) running=yes (process sppsvc.exe 3990) licensing=?"},
    {"processes alone", machine_with_processes_alone,
     "listening=? running=yes (process sppsvc.exe 4242) licensing=?"},
    {"no tables", machine_without_tables, "listening=? running=? licensing=?"},
};
enum { MACHINE_COUNT = sizeof machines / sizeof machines[0] };

static void start_machine(const struct machine_case *machine)
{
    mib_start(&agent);
    mib_set(&agent, system_name, mib_bytes(span_of("kms01")));
    machine->make();
}

static void describe_flag(struct text *text, const char *name, struct known_flag flag, const char *words)
{
    text_append_format(text, "%s%s=%s", text->length == 0 ? "" : " ", name,
                       !flag.is_known ? "?"
                       : flag.value   ? "yes"
                                      : "no");
    if (words != NULL)
        text_append_format(text, " (%s)", words);
}

static struct text describe(const struct presence *presence)
{
    struct text text;
    text_start(&text, 10000);
    assert_true(presence->was_looked_for);
    describe_flag(&text, "listening", presence->is_listening, presence->listening_words);
    describe_flag(&text, "running", presence->is_running, presence->running_words);
    describe_flag(&text, "licensing", presence->is_listener_licensing, NULL);
    if (presence->has_foreign_listener)
        text_append(&text, " foreign");
    if (presence->is_loopback_only)
        text_append(&text, " loopback");
    return text;
}

static void check_presence(const char *name, const struct snmp_wishes *wishes, const char *expected)
{
    struct snmp_conversation conversation;
    struct problem why;
    agent.is_version_1 = wishes->is_version_1;
    agent.turn = 0;
    if (mib_talk(&agent, &snmp_windows_agent, wishes, &conversation, &why) != SNMP_TURN_ANSWERED)
        fail_msg("%s: %s", name, why.sentence);
    struct text text = describe(&conversation.document.presence);
    if (strcmp(text_string(&text), expected) != 0)
        fail_msg("%s:\n  is:        %s\n  should be: %s", name, text_string(&text), expected);
    text_done(&text);
    snmp_conversation_done(&conversation);
}

static void check_failed(const char *name, const struct snmp_wishes *wishes, const char *words)
{
    struct snmp_conversation conversation;
    struct problem why;
    agent.is_version_1 = wishes->is_version_1;
    agent.turn = 0;
    enum snmp_turn turn = mib_talk(&agent, &snmp_windows_agent, wishes, &conversation, &why);
    mib_check_failure(name, turn, &why, words);
    snmp_conversation_done(&conversation);
}

/* ---- tests ---- */

static void the_tables_of_a_machine_say_what_is_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < MACHINE_COUNT; i++) {
        start_machine(&machines[i]);
        check_presence(machines[i].name, &version_2c, machines[i].presence);
        check_presence(machines[i].name, &version_1, machines[i].presence);
    }
}

static void small_replies_make_no_difference(void **state)
{
    (void)state;
    for (size_t i = 0; i < MACHINE_COUNT; i++) {
        for (size_t reply_maximum = 80; reply_maximum < 400; reply_maximum += 45) {
            start_machine(&machines[i]);
            agent.reply_maximum = reply_maximum;
            check_presence(machines[i].name, &version_2c, machines[i].presence);
            agent.is_bulk_all_or_nothing = true;
            check_presence(machines[i].name, &version_2c, machines[i].presence);
        }
    }
}

static void a_healthy_host_is_asked_twice(void **state)
{
    (void)state;
    start_machine(&machines[0]);
    check_presence("healthy", &version_2c, machines[0].presence);
    assert_int_equal(agent.turn, 2);
    start_machine(&machines[1]);
    check_presence("healthy, old tables", &version_2c, machines[1].presence);
    assert_int_equal(agent.turn, 1);
}

static void thousands_of_connections_take_a_few_questions(void **state)
{
    (void)state;
    start_machine(&machines[0]);
    mib_start(&agent);
    for (uint32_t port = 0; port < 2500; port++)
        add_connection("192.0.2.11", port % 3 == 0 ? 445 : port + 1700, "198.51.100.1", port, ESTABLISHED);
    add_connection("203.0.113.1", 1688, "0.0.0.0", 0, LISTEN);
    add_service("Software Protection", 1);
    check_presence("busy", &version_2c,
                   "listening=yes (TCP 1688 on 203.0.113.1) running=yes (service Software Protection) "
                   "licensing=?");
    assert_true(agent.turn < 10);
}

static void another_port_is_looked_for_when_it_is_wanted(void **state)
{
    (void)state;
    struct snmp_wishes wishes = version_2c;
    wishes.kms_port = 1;
    start_machine(&machines[0]);
    add_connection("0.0.0.0", 1, "0.0.0.0", 0, LISTEN);
    check_presence("port 1", &wishes,
                   "listening=yes (TCP 1 on 0.0.0.0) running=yes (service Software Protection) licensing=?");
    wishes.kms_port = 65535;
    add_connection("192.0.2.11", 65535, "0.0.0.0", 0, LISTEN);
    check_presence("port 65535", &wishes,
                   "listening=yes (TCP 65535 on 192.0.2.11) running=yes (service Software Protection) "
                   "licensing=?");
}

static void the_name_of_the_service_is_the_user_s(void **state)
{
    (void)state;
    struct snmp_wishes wishes = version_2c;
    wishes.service_name = "Softwareschutz";
    start_machine(&machines[3]);
    check_presence("another language, named", &wishes,
                   "listening=yes (TCP 1688 on 0.0.0.0) running=yes (service Softwareschutz) licensing=?");
    char long_name[200];
    memset(long_name, 'x', sizeof long_name);
    long_name[sizeof long_name - 1] = '\0';
    wishes.service_name = long_name;
    check_failed("a long name", &wishes, "a service whose name is that long");
}

/* Taking away an object of an agent may make facts unknown, and never makes a fault look well. */
static void nothing_that_is_hidden_makes_a_fact_better(void **state)
{
    (void)state;
    static const struct snmp_oid *const objects[] = {&connection_column, &listener_column, &run_name,
                                                     &run_status, &service_column};
    for (size_t machine = 0; machine < MACHINE_COUNT; machine++) {
        bool was_listening = span_starts_with(span_of(machines[machine].presence), "listening=yes");
        bool was_running = span_contains(span_of(machines[machine].presence), "running=yes");
        for (unsigned hidden = 1; hidden < 32; hidden++) {
            start_machine(&machines[machine]);
            for (unsigned i = 0; i < 5; i++) {
                if ((hidden & 1U << i) != 0)
                    mib_remove_below(&agent, objects[i]);
            }
            struct snmp_conversation conversation;
            struct problem why;
            if (mib_talk(&agent, &snmp_windows_agent, &version_2c, &conversation, &why) != SNMP_TURN_ANSWERED)
                fail_msg("%s, hidden %u: %s", machines[machine].name, hidden, why.sentence);
            const struct presence *presence = &conversation.document.presence;
            bool is_paused = machines[machine].make == machine_with_a_paused_service ||
                             machines[machine].make == machine_with_an_invalid_process;
            if (presence->is_listening.value && !was_listening)
                fail_msg("%s, hidden %u: listens", machines[machine].name, hidden);
            if (presence->is_running.value && !was_running && !is_paused)
                fail_msg("%s, hidden %u: runs", machines[machine].name, hidden);
            if (hidden == 31 && (presence->is_listening.is_known || presence->is_running.is_known))
                fail_msg("%s: knows something without any table", machines[machine].name);
            snmp_conversation_done(&conversation);
        }
    }
}

static void errors_of_a_table_leave_its_facts_unknown(void **state)
{
    (void)state;
    static const int errors[] = {SNMP_ERROR_GENERAL, SNMP_ERROR_NO_SUCH_NAME, 6};
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        start_machine(&machines[7]);
        agent.error = errors[i];
        agent.error_turn = 1;
        check_presence("always", &version_2c, "listening=? running=? licensing=?");
        check_presence("always, version 1", &version_1, "listening=? running=? licensing=?");
    }
    start_machine(&machines[7]);
    agent.error = SNMP_ERROR_GENERAL;
    for (agent.error_turn = 2; agent.error_turn < 6; agent.error_turn++)
        check_presence("in the first table", &version_2c, "listening=? running=? licensing=?");
    agent.error = SNMP_ERROR_AUTHORIZATION;
    for (agent.error_turn = 1; agent.error_turn < 10; agent.error_turn++)
        check_failed("no rights", &version_2c, "authorizationError");
    agent.error = SNMP_ERROR_TOO_BIG;
    for (agent.error_turn = 1; agent.error_turn < 10; agent.error_turn++)
        check_failed("too big", &version_2c, "tooBig");
}

static void values_of_another_type_are_a_failure(void **state)
{
    (void)state;
    static const enum snmp_value_kind kinds[] = {SNMP_VALUE_NULL, SNMP_VALUE_OID};
    for (size_t kind = 0; kind < 2; kind++) {
        start_machine(&machines[7]);
        size_t wrong = 0;
        for (size_t i = 0; i < agent.row_count; i++) {
            struct snmp_binding whole = agent.rows[i];
            agent.rows[i] = (struct snmp_binding) {.oid = whole.oid, .kind = kinds[kind]};
            struct snmp_conversation conversation;
            struct problem why;
            agent.turn = 0;
            enum snmp_turn turn = mib_talk(&agent, &snmp_windows_agent, &version_2c, &conversation, &why);
            wrong += turn == SNMP_TURN_FAILED;
            if (turn == SNMP_TURN_FAILED)
                mib_check_failure("a value", turn, &why, "with a value of another type");
            snmp_conversation_done(&conversation);
            agent.rows[i] = whole;
        }
        assert_true(wrong > 60); /* all processes and the first rows of the tables of TCP */
    }
}

/* An agent that always has one more. */
static struct snmp_binding endless_row;
static struct snmp_reply endless(const struct snmp_request *request, const struct snmp_oid *column)
{
    static struct snmp_binding bindings[REPLY_BINDINGS_MAXIMUM];
    if (request->kind == SNMP_GET || !snmp_oid_starts_with(&request->oids[0], column)) {
        for (size_t i = 0; i < request->oid_count; i++)
            bindings[i] = mib_absent(&request->oids[i], SNMP_NO_SUCH_OBJECT);
        if (request->kind != SNMP_GET)
            bindings[0].kind = SNMP_END_OF_VIEW;
        return (struct snmp_reply) {.bindings = bindings, .binding_count = request->oid_count};
    }
    size_t count = request->kind == SNMP_GET_BULK ? request->repetitions : 1;
    for (size_t i = 0; i < count; i++) {
        endless_row.oid.parts[column->length]++;
        bindings[i] = endless_row;
    }
    return (struct snmp_reply) {.bindings = bindings, .binding_count = count};
}

static void check_endless(const struct snmp_oid *column, struct snmp_binding row, size_t index_length,
                          const struct snmp_wishes *wishes, const char *words)
{
    struct snmp_conversation conversation;
    struct snmp_request request;
    struct problem why = {.kind = PROBLEM_NONE};
    endless_row = row;
    endless_row.oid = *column;
    for (size_t i = 0; i < index_length; i++)
        append(&endless_row.oid, 1);
    enum snmp_turn turn = snmp_conversation_start(&conversation, &snmp_windows_agent, wishes, &request, &why);
    while (turn == SNMP_TURN_ASK) {
        struct snmp_reply reply = endless(&request, column);
        turn = snmp_conversation_next(&conversation, &reply, &request, &why);
    }
    mib_check_failure("endless", turn, &why, words);
    snmp_conversation_done(&conversation);
}

static void tables_without_an_end_are_a_failure(void **state)
{
    (void)state;
    struct snmp_binding name = mib_bytes(span_of("svchost.exe"));
    check_endless(&run_name, name, 1, &version_2c, "more than 20000 processes");
    check_endless(&run_name, name, 1, &version_1, "did not come to an end in 4000 answers");
    check_endless(&connection_column, mib_number(LISTEN), 10, &version_2c, "can be none");
    check_endless(&listener_column, mib_number(4), 3, &version_2c, "can be none");
    check_endless(&run_name, name, 2, &version_2c, "another type");
}

static void many_addresses_are_a_failure(void **state)
{
    (void)state;
    mib_start(&agent);
    for (uint32_t i = 0; i < 300; i++) {
        char address[32];
        snprintf(address, sizeof address, "10.0.%u.%u", (unsigned)(i / 200), (unsigned)(i % 200));
        add_connection(address, 445, "0.0.0.0", 0, LISTEN);
    }
    check_failed("300 addresses", &version_2c, "more than 256 local addresses in tcpConnState");
}

static void names_that_repeat_are_a_failure(void **state)
{
    (void)state;
    struct snmp_oid first = run_name;
    append(&first, 7);
    for (size_t length = 1; length <= 3; length++) {
        struct snmp_conversation conversation;
        struct snmp_request request;
        struct problem why = {.kind = PROBLEM_NONE};
        enum snmp_turn turn =
            snmp_conversation_start(&conversation, &snmp_windows_agent, &version_2c, &request, &why);
        for (size_t i = 0; turn == SNMP_TURN_ASK && i < 20; i++) {
            struct snmp_reply reply = endless(&request, &service_column);
            struct snmp_binding rows[3];
            for (size_t row = 0; row < 3; row++) {
                rows[row] = mib_bytes(span_of("svchost.exe"));
                rows[row].oid = first;
            }
            if (request.kind == SNMP_GET_BULK)
                reply = (struct snmp_reply) {.bindings = rows, .binding_count = length};
            turn = snmp_conversation_next(&conversation, &reply, &request, &why);
        }
        mib_check_failure("the same process", turn, &why, "out of order");
        snmp_conversation_done(&conversation);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_of_a_machine_say_what_is_there),
        cmocka_unit_test(small_replies_make_no_difference),
        cmocka_unit_test(a_healthy_host_is_asked_twice),
        cmocka_unit_test(thousands_of_connections_take_a_few_questions),
        cmocka_unit_test(another_port_is_looked_for_when_it_is_wanted),
        cmocka_unit_test(the_name_of_the_service_is_the_user_s),
        cmocka_unit_test(nothing_that_is_hidden_makes_a_fact_better),
        cmocka_unit_test(errors_of_a_table_leave_its_facts_unknown),
        cmocka_unit_test(values_of_another_type_are_a_failure),
        cmocka_unit_test(tables_without_an_end_are_a_failure),
        cmocka_unit_test(many_addresses_are_a_failure),
        cmocka_unit_test(names_that_repeat_are_a_failure),
    };
    return cmocka_run_group_tests_name("snmp_windows", tests, NULL, NULL);
}
