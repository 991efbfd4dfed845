/* SPDX-License-Identifier: MIT */
/* WinRM: the rows of the licensing classes through WS-Management.
 *
 *   Enumerate SELECT * FROM SoftwareLicensingProduct    the first reply often has one row
 *   Pull with its context, Pull with the next context   every reply has a new one, until EndOfSequence
 *   the same for SoftwareLicensingService
 *   the same for the service osppsvc: only where it is installed, Office has classes of its own, which are
 *   then asked as well and must answer; whoever may not see services asks them in any case
 *
 * WinRM cannot express some dates and then refuses the whole query: it is asked once more with the columns
 * that are judged, and then with fewer where an old Windows lacks one.  What Windows lacks is not reported.
 * Sources: DMTF DSP0226, W3C WS-Enumeration, Microsoft MS-WSMV. */
#include "agents/conversation.h"
#include "agents/refusal.h"
#include "agents/winrm_refusal.h"
#include "agents/wsman_request.h"
#include "base/text.h"
#include "payload/wsman_xml.h"

enum {
    EMPTY_REPLIES_MAXIMUM = 10,         /* in a row; each may take the service its whole time-out */
    RECEIVED_MAXIMUM = 8 * 1024 * 1024, /* bytes in all, as many as a document may have */
    QUERY_MAXIMUM = 2048
};

#define CERTIFICATE_LOGIN "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
#define WITH_KEY "PartialProductKey IS NOT NULL"

#define VISTA_COLUMNS                                                                                        \
    "ID,Name,Description,ApplicationID,PartialProductKey,LicenseIsAddon,LicenseStatus,LicenseStatusReason,"  \
    "GracePeriodRemaining"
#define WINDOWS_7_COLUMNS                                                                                    \
    VISTA_COLUMNS                                                                                            \
    ",VLActivationInterval,VLRenewalInterval,KeyManagementServiceMachine,KeyManagementServicePort,"          \
    "DiscoveredKeyManagementServiceMachineName,DiscoveredKeyManagementServiceMachinePort,"                   \
    "IsKeyManagementServiceMachine,KeyManagementServiceCurrentCount,KeyManagementServiceTotalRequests,"      \
    "KeyManagementServiceFailedRequests,KeyManagementServiceUnlicensedRequests,"                             \
    "KeyManagementServiceLicensedRequests,KeyManagementServiceOOBGraceRequests,"                             \
    "KeyManagementServiceOOTGraceRequests,KeyManagementServiceNonGenuineGraceRequests,"                      \
    "KeyManagementServiceNotificationRequests"
#define ALL_COLUMNS                                                                                          \
    WINDOWS_7_COLUMNS                                                                                        \
    ",VLActivationType,ADActivationObjectName,DiscoveredKeyManagementServiceMachineIpAddress"

/* Which columns of a product are asked for, one set after the other. */
enum columns { EVERY_COLUMN, COLUMNS_OF_TODAY, COLUMNS_OF_WINDOWS_7, COLUMNS_OF_VISTA };
static const char *const product_columns[] = {[EVERY_COLUMN] = "*",
                                              [COLUMNS_OF_TODAY] = ALL_COLUMNS,
                                              [COLUMNS_OF_WINDOWS_7] = WINDOWS_7_COLUMNS,
                                              [COLUMNS_OF_VISTA] = VISTA_COLUMNS};

enum query { PRODUCTS, SERVICE, OFFICE_PLATFORM, OFFICE_PRODUCTS, OFFICE_SERVICE };
static const struct {
    const char *class, *columns, *filter; /* columns: NULL = those of a product */
    enum wsman_rows rows;
} queries[] = {
    [PRODUCTS] = {"SoftwareLicensingProduct", NULL, WITH_KEY, WSMAN_PRODUCTS},
    [SERVICE] = {"SoftwareLicensingService", "*", NULL, WSMAN_SERVICE},
    [OFFICE_PLATFORM] = {"Win32_Service", "Name", "Name='osppsvc'", WSMAN_COUNTED},
    [OFFICE_PRODUCTS] = {"OfficeSoftwareProtectionProduct", NULL, WITH_KEY, WSMAN_PRODUCTS},
    [OFFICE_SERVICE] = {"OfficeSoftwareProtectionService", "*", NULL, WSMAN_SERVICE},
};

struct winrm {
    enum query query;
    enum columns columns;
    bool has_service;               /* SoftwareLicensingService had a row */
    bool may_lack_office;           /* nobody said that the Office platform is installed */
    size_t row_count;               /* of this query */
    size_t license_count;           /* of the document when this query began */
    size_t empty_replies, received; /* in a row; bytes in all */
    bool is_pull;                   /* the latest message */
    char message_id[WSMAN_ID_SIZE];
};

static enum turn post(struct conversation *conversation, const struct text *xml, struct http_request *ret,
                      struct problem *why)
{
    if (!text_ok(xml)) {
        if (xml->has_no_memory)
            problem_set_memory(why);
        else
            problem_set(why, PROBLEM_PROTOCOL, "wants a message of more than %d bytes",
                        WSMAN_MESSAGE_MAXIMUM);
        return TURN_FAILED;
    }
    const struct agent_wishes *wishes = conversation->wishes;
    *ret = (struct http_request) {
        .method = "POST",
        .path = wishes->path != NULL ? wishes->path : "/wsman",
        .headers = {{"Content-Type", "application/soap+xml;charset=UTF-8", false},
                    {"Authorization", CERTIFICATE_LOGIN, false}},
        .header_count = wishes->login == HTTP_LOGIN_CERTIFICATE ? 2 : 1,
        .body = {arena_copy(&conversation->arena, (struct span) {xml->bytes, xml->length}), xml->length}};
    return TURN_ASK;
}

static struct wsman_message next_message(struct conversation *conversation)
{
    const struct agent_wishes *wishes = conversation->wishes;
    struct winrm *winrm = conversation->state;
    uint8_t random[WSMAN_ID_RANDOM];
    wishes->fill_with_random(random, sizeof random);
    wsman_make_id(random, winrm->message_id);
    return (struct wsman_message) {.is_plain = wishes->is_plain,
                                   .authority = wishes->authority,
                                   .path = wishes->path != NULL ? wishes->path : "/wsman",
                                   .id = winrm->message_id};
}

static void append_query(struct text *text, const struct winrm *winrm)
{
    const char *columns = queries[winrm->query].columns, *filter = queries[winrm->query].filter;
    text_append_format(text, "SELECT %s FROM %s", columns != NULL ? columns : product_columns[winrm->columns],
                       queries[winrm->query].class);
    if (filter != NULL)
        text_append_format(text, " WHERE %s", filter);
}

static enum turn enumerate(struct conversation *conversation, struct http_request *ret_request,
                           struct problem *why)
{
    struct winrm *winrm = conversation->state;
    struct text query, xml;
    text_start(&query, QUERY_MAXIMUM);
    text_start(&xml, WSMAN_MESSAGE_MAXIMUM);
    append_query(&query, winrm);
    winrm->row_count = winrm->empty_replies = 0;
    winrm->license_count = conversation->document.license_count;
    winrm->is_pull = false;
    struct wsman_message message = next_message(conversation);
    wsman_append_enumerate(&xml, &message, text_string(&query));
    xml.has_no_memory = xml.has_no_memory || !text_ok(&query);
    enum turn turn = post(conversation, &xml, ret_request, why);
    text_done(&query);
    text_done(&xml);
    return turn;
}

static enum turn pull(struct conversation *conversation, const char *context,
                      struct http_request *ret_request, struct problem *why)
{
    struct winrm *winrm = conversation->state;
    struct text xml;
    text_start(&xml, WSMAN_MESSAGE_MAXIMUM);
    winrm->is_pull = true;
    struct wsman_message message = next_message(conversation);
    wsman_append_pull(&xml, &message, context);
    enum turn turn = post(conversation, &xml, ret_request, why);
    text_done(&xml);
    return turn;
}

static enum turn begin(struct conversation *conversation, enum query query, struct http_request *ret_request,
                       struct problem *why)
{
    struct winrm *winrm = conversation->state;
    winrm->query = query;
    winrm->columns = EVERY_COLUMN;
    return enumerate(conversation, ret_request, why);
}

static enum turn start(struct conversation *conversation, struct http_request *ret_request,
                       struct problem *why)
{
    conversation->state = arena_allocate(&conversation->arena, sizeof(struct winrm));
    if (conversation->state == NULL) {
        problem_set_memory(why);
        return TURN_FAILED;
    }
    return begin(conversation, PRODUCTS, ret_request, why);
}

/* What comes after a query that is complete. */
static enum turn finish_query(struct conversation *conversation, struct http_request *ret_request,
                              struct problem *why)
{
    struct winrm *winrm = conversation->state;
    switch (winrm->query) {
    case PRODUCTS:
        return begin(conversation, SERVICE, ret_request, why);
    case SERVICE:
        winrm->has_service = winrm->row_count > 0;
        return begin(conversation, OFFICE_PLATFORM, ret_request, why);
    case OFFICE_PLATFORM:
        if (winrm->row_count > 0)
            return begin(conversation, OFFICE_PRODUCTS, ret_request, why);
        return TURN_ANSWERED;
    case OFFICE_PRODUCTS:
        if (!winrm->has_service)
            return begin(conversation, OFFICE_SERVICE, ret_request, why);
        return TURN_ANSWERED;
    case OFFICE_SERVICE:
        break;
    }
    return TURN_ANSWERED;
}

/* The columns to try after this fault; false when there are none. */
static bool find_columns(const struct winrm *winrm, const struct wsman_fault *fault, enum columns *ret)
{
    if (queries[winrm->query].columns != NULL)
        return false;
    switch (winrm->columns) {
    case EVERY_COLUMN:
        *ret = COLUMNS_OF_TODAY;
        return winrm_fault_code(fault) == WINRM_INVALID_DATE;
    case COLUMNS_OF_TODAY:
        *ret = COLUMNS_OF_WINDOWS_7;
        return winrm_fault_code(fault) == WINRM_INVALID_QUERY;
    case COLUMNS_OF_WINDOWS_7:
        *ret = COLUMNS_OF_VISTA;
        return winrm_fault_code(fault) == WINRM_INVALID_QUERY;
    case COLUMNS_OF_VISTA:
        break;
    }
    return false;
}

static enum turn hear_fault(struct conversation *conversation, const struct wsman_fault *fault,
                            struct http_request *ret_request, struct problem *why)
{
    struct winrm *winrm = conversation->state;
    enum columns columns;
    enum winrm_code code = winrm_fault_code(fault);
    if (winrm->query == OFFICE_PLATFORM && code == WINRM_DENIED) {
        winrm->may_lack_office = true;
        return begin(conversation, OFFICE_PRODUCTS, ret_request, why);
    }
    if (winrm->query == OFFICE_PRODUCTS && winrm->may_lack_office && code == WINRM_NO_CLASS)
        return TURN_ANSWERED;
    if (!find_columns(winrm, fault, &columns)) {
        winrm_explain_fault(fault, queries[winrm->query].class, why);
        return TURN_FAILED;
    }
    winrm->columns = columns;
    conversation->document.license_count = winrm->license_count; /* rows before the fault come again */
    return enumerate(conversation, ret_request, why);
}

/* True when the reply answers our message and can be one of a sequence that ends. */
static bool check_answer(struct winrm *winrm, const struct wsman_reply *reply, int status,
                         struct problem *why)
{
    enum wsman_kind wanted = winrm->is_pull ? WSMAN_PULLED : WSMAN_ENUMERATED;
    const char *class = queries[winrm->query].class;
    if (reply->relates_to != NULL &&
        !span_equal_ignoring_case(span_of(reply->relates_to), span_of(winrm->message_id)))
        return problem_set(why, PROBLEM_PROTOCOL, "answered another message than that about %s", class);
    if (reply->kind == WSMAN_FAULT)
        return true;
    if (status != 200 || reply->kind != wanted)
        return problem_set(why, PROBLEM_PROTOCOL, "answered %d with %s where %s was wanted (%s)", status,
                           reply->kind == WSMAN_PULLED ? "PullResponse" : "EnumerateResponse",
                           winrm->is_pull ? "PullResponse" : "EnumerateResponse", class);
    bool has_context = reply->context != NULL && reply->context[0] != '\0';
    if (!reply->is_end && !has_context && (reply->context == NULL || reply->row_count > 0))
        return problem_set(why, PROBLEM_PROTOCOL,
                           "answered %s with rows that neither end nor go on: some would be lost", class);
    winrm->row_count += reply->row_count;
    winrm->empty_replies = reply->row_count > 0 ? 0 : winrm->empty_replies + 1;
    if (queries[winrm->query].rows != WSMAN_PRODUCTS && winrm->row_count > 1)
        return problem_set(why, PROBLEM_PROTOCOL, "answered more than one row of %s", class);
    if (!reply->is_end && winrm->empty_replies >= EMPTY_REPLIES_MAXIMUM)
        return problem_set(why, PROBLEM_PROTOCOL, "answered %d times without a row of %s and without an end",
                           EMPTY_REPLIES_MAXIMUM, class);
    return true;
}

/* A fault comes with 500 or 400, now and then with 200; everything else of these must be explained. */
static bool may_be_envelope(const struct http_reply *reply)
{
    static const char *const begins[] = {"<", "\xEF\xBB\xBF<", "\xFF\xFE", "\xFE\xFF"};
    bool is_refusal = reply->status == 400 || reply->status == 500;
    if (refusal_is_html(reply) || (reply->status != 200 && !is_refusal))
        return false;
    bool begins_like_xml = false;
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        begins_like_xml = begins_like_xml || span_starts_with(span_trim(reply->body), begins[i]);
    return reply->status == 200 || begins_like_xml;
}

/* True when a row from number `first` on has the ID of another one: nobody knows which of the two is true. */
static bool has_repeated_id(const struct license_document *document, size_t first)
{
    for (size_t i = first; i < document->license_count; i++) {
        for (size_t other = first; other < i; other++) {
            if (document->licenses[i].id != NULL && document->licenses[other].id != NULL &&
                span_equal_ignoring_case(span_of(document->licenses[i].id),
                                         span_of(document->licenses[other].id)))
                return true;
        }
    }
    return false;
}

static bool read_reply(struct conversation *conversation, const struct http_reply *reply,
                       struct wsman_reply *ret, struct problem *why)
{
    struct winrm *winrm = conversation->state;
    const struct agent_wishes *wishes = conversation->wishes;
    struct wsman_question question = {queries[winrm->query].class, queries[winrm->query].rows,
                                      &conversation->document};
    if (reply->status == 401)
        return winrm_explain_login(reply, wishes->login, why);
    if (!may_be_envelope(reply))
        return winrm_explain_reply(reply, wishes->is_plain, why);
    if (reply->body.length > RECEIVED_MAXIMUM - winrm->received)
        return problem_set(why, PROBLEM_PROTOCOL, "answered with more than %d bytes in all",
                           RECEIVED_MAXIMUM);
    winrm->received += reply->body.length;
    if (!wsman_xml_read(reply->body, &question, &conversation->arena, ret, why))
        return problem_add_place(why, "answered %d", reply->status);
    if (has_repeated_id(&conversation->document, winrm->license_count))
        return problem_set(why, PROBLEM_PROTOCOL, "answered two rows of %s with the same ID", question.class);
    return check_answer(winrm, ret, reply->status, why);
}

static enum turn next(struct conversation *conversation, const struct http_reply *reply,
                      struct http_request *ret_request, struct problem *why)
{
    struct wsman_reply answer;
    if (!read_reply(conversation, reply, &answer, why))
        return TURN_FAILED;
    if (answer.kind == WSMAN_FAULT)
        return hear_fault(conversation, &answer.fault, ret_request, why);
    /* An empty context ends a sequence that had no more rows. */
    if (answer.is_end || answer.context[0] == '\0')
        return finish_query(conversation, ret_request, why);
    return pull(conversation, answer.context, ret_request, why);
}

const struct agent winrm_agent = {
    .name = "WinRM",
    .when_shut = "on port 5986 there may be no HTTPS listener, or one without a certificate: winrm enumerate "
                 "winrm/config/listener shows it",
    .start = start,
    .next = next,
};
