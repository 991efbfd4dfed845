/* SPDX-License-Identifier: MIT */
/* Where the license of a client comes from. */
#include "judge/client_source.h"

#include "base/number.h"
#include "base/span.h"
#include "judge/client_lease.h"

void judge_tamper(struct judging *judging, const struct license *license)
{
    struct finding *finding = judging_fire(judging, CLIENT_TAMPER, STATE_WARNING);
    if (finding == NULL)
        return;
    const char *left = judging_duration(judging, license->grace_minutes.value);
    finding->subject = judging_product(license);
    finding->text =
        report_format(judging->report, "%s left, no KMS host and no AD grants more than 180 days", left);
    finding->headline = report_format(judging->report, "%s lease of %s, longer than KMS can grant",
                                      application_name(license_application(license)), left);
    finding->impact =
        "the license data of this machine may have been tampered with: a security and license question";
    finding->advice = (struct advice) {
        .cause = "an activation tool that is not from Microsoft, or a clock that was set back",
        .steps = {"compare the clock: w32tm /query /status",
                  "look for scheduled tasks and services that activate", "tell security before cleaning up"},
        .step_count = 3,
        .side = "client"};
}

/* Without a final dot, without the brackets of an IPv6 address. */
static struct span bare_host(struct span host)
{
    if (host.length > 0 && host.bytes[host.length - 1] == '.')
        return span_first(host, host.length - 1);
    if (host.length > 2 && host.bytes[0] == '[' && host.bytes[host.length - 1] == ']')
        return span_from(span_first(host, host.length - 1), 1);
    return host;
}

static bool is_loopback(struct span host)
{
    return span_is_ignoring_case(host, "localhost") || span_starts_with(host, "127.") ||
           span_is(host, "::1") || span_is(host, "0.0.0.0") || span_is(host, "::");
}

/* NAME, NAME:PORT or [IPV6]:PORT against the host in use; case and a final dot do not count. */
static bool is_expected(const char *expected, struct span name, struct known_number port, struct span address)
{
    struct span wanted = span_of(expected);
    size_t colon = span_find(wanted, ':'), bracket = span_find(wanted, ']');
    if (bracket < wanted.length)
        colon = bracket + 1;
    else if (span_find(span_from(wanted, colon + 1), ':') < span_from(wanted, colon + 1).length)
        colon = wanted.length; /* an IPv6 address without a port */
    if (colon < wanted.length) {
        uint64_t wanted_port;
        if (!number_parse_unsigned(span_from(wanted, colon + 1), &wanted_port) ||
            wanted_port != (port.is_known && port.value != 0 ? port.value : 1688))
            return false;
        wanted = span_first(wanted, colon);
    }
    wanted = bare_host(wanted);
    return span_equal_ignoring_case(wanted, name) ||
           (address.length > 0 && span_equal_ignoring_case(wanted, address));
}

/* Then the KMS host that the machine knows, or once was told, is not in use. */
static bool is_licensed_without_kms(const struct license *license)
{
    bool is_licensed = license->status.is_known && license->status.value == LICENSE_LICENSED;
    return is_licensed && (client_is_activated_by(license, VOLUME_ACTIVATION_AD) ||
                           client_is_activated_by(license, VOLUME_ACTIVATION_TOKEN));
}

void judge_source(struct judging *judging, const struct license *license, const struct client_limits *limits)
{
    struct span name = bare_host(span_of(license->kms_name)), address = span_of(license->kms_address);
    if (name.length == 0 || license_channel(license) != CHANNEL_KMS_CLIENT ||
        is_licensed_without_kms(license))
        return;
    bool is_own = is_loopback(name) || is_loopback(address);
    bool is_known_host = limits->expected_host_count == 0;
    for (size_t i = 0; i < limits->expected_host_count; i++)
        is_known_host |= is_expected(limits->expected_hosts[i], name, license->kms_port, address);
    if (!is_own && is_known_host)
        return;
    struct finding *finding = judging_fire(judging, CLIENT_SOURCE, STATE_WARNING);
    if (finding == NULL)
        return;
    const char *host = judging_endpoint(judging, license->kms_name, license->kms_port);
    finding->subject = judging_product(license);
    finding->text =
        report_format(judging->report, "%sKMS host %s, %s", license->is_kms_name_fixed ? "fixed " : "", host,
                      is_own ? "that is the machine itself" : "not in --expect");
    finding->headline = report_format(judging->report, "activates at %s, %s", judging_short(judging, host),
                                      is_own ? "the machine itself" : "not an expected host");
    finding->impact =
        is_own ? "possible KMS emulator on this machine: a security and license question"
               : "the machine depends on a KMS host that nobody planned: stale setting or rogue host";
    finding->advice = (struct advice) {
        .steps = {"tell security when the host is unknown",
                  "fixed host: slmgr.vbs /ckms, then slmgr.vbs /ato",
                  "discovered host: nslookup -type=srv _vlmcs._tcp.DOMAIN shows who published it"},
        .step_count = 3,
        .side = is_own || license->is_kms_name_fixed ? "client" : "dns"};
}

static bool is_method(enum required_method required, const struct license *license)
{
    bool is_mak = license_channel(license) == CHANNEL_MAK;
    bool is_volume = license_channel(license) == CHANNEL_KMS_CLIENT &&
                     !client_is_activated_by(license, VOLUME_ACTIVATION_TOKEN);
    /* Before the first success the key allows both, and a machine may not say which one it was. */
    bool is_open = license->status.value != LICENSE_LICENSED || !license->volume_activation.is_known;
    bool is_by_ad = client_is_activated_by(license, VOLUME_ACTIVATION_AD);
    switch (required) {
    case METHOD_OPEN:
        return true;
    case METHOD_KMS:
        return is_volume && (is_open || !is_by_ad);
    case METHOD_AD:
        return is_volume && (is_open || is_by_ad);
    case METHOD_MAK:
        return is_mak;
    case METHOD_ANY_OF_THEM:
        return is_volume || is_mak;
    }
    return false;
}

/* How the product is activated, for a sentence. */
static const char *method_words(const struct license *license)
{
    bool is_licensed = license->status.value == LICENSE_LICENSED;
    if (license_channel(license) != CHANNEL_KMS_CLIENT || !is_licensed)
        return license->description;
    if (client_is_activated_by(license, VOLUME_ACTIVATION_TOKEN))
        return "activated by a token";
    return client_is_activated_by(license, VOLUME_ACTIVATION_AD) ? "activated by Active Directory"
                                                                 : "activated by KMS";
}

/* The requirement is met, or cannot be compared, which changes no state and is said. */
static void say_method(struct judging *judging, const struct license *license, enum required_method required)
{
    bool is_compared = license_channel(license) != CHANNEL_KMS_CLIENT || required == METHOD_ANY_OF_THEM ||
                       license->volume_activation.is_known || license->status.value != LICENSE_LICENSED;
    struct finding *finding = is_compared ? NULL : judging_state(judging, CLIENT_METHOD, STATE_OK);
    if (finding == NULL)
        return;
    finding->subject = judging_product(license);
    finding->text = "VLActivationType not reported, --require cannot tell KMS from Active Directory";
}

void judge_method(struct judging *judging, const struct license *license, const struct client_limits *limits)
{
    static const char *const words[] = {[METHOD_OPEN] = "",
                                        [METHOD_KMS] = "KMS",
                                        [METHOD_AD] = "Active Directory",
                                        [METHOD_MAK] = "MAK",
                                        [METHOD_ANY_OF_THEM] = "KMS, Active Directory or MAK"};
    if (limits->required_method == METHOD_OPEN || license_application(license) != APPLICATION_WINDOWS ||
        !license->status.is_known || license->description == NULL)
        return;
    if (is_method(limits->required_method, license)) {
        say_method(judging, license, limits->required_method);
        return;
    }
    struct finding *finding = judging_fire(judging, CLIENT_METHOD, STATE_WARNING);
    if (finding == NULL)
        return;
    finding->subject = judging_product(license);
    finding->text = report_format(judging->report, "is to be activated by %s, found: %s",
                                  words[limits->required_method], method_words(license));
    finding->headline =
        report_format(judging->report, "Windows is not activated by %s", words[limits->required_method]);
    finding->impact = "the machine is outside the way of activation that was planned for it";
    finding->advice = (struct advice) {.steps = {"see key channel and activation type: slmgr.vbs /dlv",
                                                 "change to the key of the planned way, then slmgr.vbs /ato"},
                                       .step_count = 2,
                                       .side = "client"};
}
