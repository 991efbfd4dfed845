/* SPDX-License-Identifier: MIT */
/* From option texts to what the survey needs. */
#include "check_kms_reach/wishes.h"

#include "transport/resolver.h"

#define SERVICE_NAME "_vlmcs._tcp"

static bool read_domain(const char *text, struct arena *arena, const char **ret, struct problem *why)
{
    struct span domain = span_of(text);
    struct address address;
    if (span_starts_with_ignoring_case(domain, SERVICE_NAME))
        return problem_set(why, PROBLEM_USAGE,
                           "--domain: %s: the domain alone is wanted, " SERVICE_NAME " is put in front of it",
                           text);
    if (address_parse(domain, &address))
        return problem_set(why, PROBLEM_USAGE, "--domain: %s is an address, -H takes it", text);
    if (!host_name_is_valid(domain) || domain.length + sizeof SERVICE_NAME > 254)
        return problem_set(why, PROBLEM_USAGE, "--domain: %s is no domain name", text);
    if (domain.bytes[domain.length - 1] == '.')
        domain = span_first(domain, domain.length - 1);
    *ret = arena_copy(arena, domain);
    return true;
}

static bool read_endpoint(const char *option, const char *text, struct arena *arena, struct endpoint *ret,
                          struct problem *why)
{
    return endpoint_parse(span_of(text), arena, ret, why) || problem_add_place(why, "%s", option);
}

static bool read_server(const char *text, struct arena *arena, struct dns_server *ret, struct problem *why)
{
    struct endpoint endpoint;
    if (!read_endpoint("--dns-server", text, arena, &endpoint, why))
        return false;
    if (!endpoint.is_address)
        return problem_set(why, PROBLEM_USAGE,
                           "--dns-server: %s is a name, an address is wanted: 192.0.2.53 or 192.0.2.53:53",
                           text);
    ret->address = endpoint.address;
    ret->port = endpoint.has_port ? endpoint.port : DNS_PORT;
    return true;
}

/* SRV records hold whole names: a short one would make an intruder of every planned host. */
static bool read_expected(const char *text, struct arena *arena, struct endpoint *ret, struct problem *why)
{
    if (!read_endpoint("--expect", text, arena, ret, why))
        return false;
    if (ret->is_address || span_contains(span_of(text), "."))
        return true;
    return problem_set(
        why, PROBLEM_USAGE,
        "--expect: %s is not a whole name, SRV records hold %s.DOMAIN (a name without a domain ends "
        "with a dot)",
        text, ret->host);
}

/* The domain behind the last one was named before; case does not count. */
static bool is_repeated(const struct reach_wishes *wishes)
{
    for (size_t i = 0; i < wishes->domain_count; i++) {
        if (host_name_equal(span_of(wishes->domains[i]), span_of(wishes->domains[wishes->domain_count])))
            return true;
    }
    return false;
}

static bool check_combinations(const struct check_kms_reach_config *config, struct problem *why)
{
    if (config->domains.count == 0 && config->hosts.count == 0)
        return problem_set(
            why, PROBLEM_USAGE,
            "what to check is missing: --domain=DOMAIN asks DNS for KMS hosts, -H HOST names one");
    if (config->is_ipv4_only && config->is_ipv6_only)
        return problem_set(why, PROBLEM_USAGE, "-4 and -6 exclude each other, without them both are tried");
    if (config->expected.count > 0 && config->domains.count == 0)
        return problem_set(why, PROBLEM_USAGE, "--expect is compared with SRV records, it needs --domain");
    if (config->dns_servers.count > RESOLVER_SERVERS_MAXIMUM)
        return problem_set(why, PROBLEM_USAGE, "--dns-server: %zu servers, at most %d are asked",
                           config->dns_servers.count, (int)RESOLVER_SERVERS_MAXIMUM);
    return true;
}

bool reach_wishes_read(const struct check_kms_reach_config *config, struct arena *arena,
                       struct reach_wishes *ret, struct problem *why)
{
    struct reach_wishes wishes = {.host_count = config->hosts.count,
                                  .server_count = config->dns_servers.count,
                                  .expected_count = config->expected.count,
                                  .wants_ipv4 = !config->is_ipv6_only,
                                  .wants_ipv6 = !config->is_ipv4_only,
                                  .depth = (enum probe_depth)config->depth};
    if (!check_combinations(config, why))
        return false;
    wishes.domains = arena_allocate(arena, (config->domains.count + 1) * sizeof *wishes.domains);
    wishes.hosts = arena_allocate(arena, (wishes.host_count + 1) * sizeof *wishes.hosts);
    wishes.servers = arena_allocate(arena, (wishes.server_count + 1) * sizeof *wishes.servers);
    wishes.expected = arena_allocate(arena, (wishes.expected_count + 1) * sizeof *wishes.expected);
    if (!arena_ok(arena))
        return problem_set_memory(why);
    for (size_t i = 0; i < config->domains.count; i++) {
        if (!read_domain(config->domains.items[i], arena, &wishes.domains[wishes.domain_count], why))
            return false;
        if (!is_repeated(&wishes))
            wishes.domain_count++;
    }
    for (size_t i = 0; i < wishes.host_count; i++) {
        if (!read_endpoint("--hostname", config->hosts.items[i], arena, &wishes.hosts[i], why))
            return false;
        if (!wishes.hosts[i].has_port)
            wishes.hosts[i].port = config->port.is_known ? (uint16_t)config->port.value : KMS_PORT;
        wishes.hosts[i].has_port = true;
        if (wishes.hosts[i].is_address &&
            !(wishes.hosts[i].address.is_ipv6 ? wishes.wants_ipv6 : wishes.wants_ipv4))
            return problem_set(why, PROBLEM_USAGE, "--hostname: %s is not of the family that %s asks for",
                               wishes.hosts[i].host, config->is_ipv4_only ? "-4" : "-6");
    }
    for (size_t i = 0; i < wishes.server_count; i++) {
        if (!read_server(config->dns_servers.items[i], arena, &wishes.servers[i], why))
            return false;
    }
    for (size_t i = 0; i < wishes.expected_count; i++) {
        if (!read_expected(config->expected.items[i], arena, &wishes.expected[i], why))
            return false;
    }
    if (!arena_ok(arena))
        return problem_set_memory(why);
    *ret = wishes;
    return true;
}
