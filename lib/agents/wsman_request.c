/* SPDX-License-Identifier: MIT */
/* Envelopes, element by element. */
#include "agents/wsman_request.h"

#include "payload/wsman_names.h"

#include <stdio.h>
#include <string.h>

#define RESOURCE "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/*"
#define DIALECT "http://schemas.microsoft.com/wbem/wsman/1/WQL"

enum { ELEMENTS_MAXIMUM = 32000 }; /* of one reply, as many as WinRM allows; the envelope is full before */

void wsman_make_id(const uint8_t random[WSMAN_ID_RANDOM], char ret[WSMAN_ID_SIZE])
{
    uint8_t id[WSMAN_ID_RANDOM];
    for (size_t i = 0; i < WSMAN_ID_RANDOM; i++)
        id[i] = random[i];
    id[6] = (uint8_t)((id[6] & 0x0F) | 0x40); /* the version */
    id[8] = (uint8_t)((id[8] & 0x3F) | 0x80); /* the variant */
    snprintf(ret, WSMAN_ID_SIZE, "uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             id[0], id[1], id[2], id[3], id[4], id[5], id[6], id[7], id[8], id[9], id[10], id[11], id[12],
             id[13], id[14], id[15]);
}

/* Text or the value of an attribute.  XML has no control characters but three. */
static void append_escaped(struct text *xml, const char *string)
{
    for (const char *byte = string; *byte != '\0'; byte++) {
        if (strchr("\t\n\r&<>\"\'", *byte) != NULL)
            text_append_format(xml, "&#%d;", *byte);
        else
            text_append_byte(xml, (unsigned char)*byte < ' ' ? '?' : *byte);
    }
}

static void append_attribute(struct text *xml, const char *name, const char *value)
{
    text_append_format(xml, " %s=\"", name);
    append_escaped(xml, value);
    text_append(xml, "\"");
}

/* An element with at most one attribute and text, which may be "". */
static void append_element(struct text *xml, const char *name, const char *attribute, const char *value,
                           const char *content)
{
    text_append_format(xml, "<%s", name);
    if (attribute != NULL)
        append_attribute(xml, attribute, value);
    text_append(xml, ">");
    append_escaped(xml, content);
    text_append_format(xml, "</%s>", name);
}

/* A header that the service must not pass over. */
static void append_required(struct text *xml, const char *name, const char *content)
{
    append_element(xml, name, "s:mustUnderstand", "true", content);
}

/* The language of texts: a wish, because a service that lacks it must answer all the same. */
static void append_language(struct text *xml, const char *name)
{
    text_append_format(xml, "<%s", name);
    append_attribute(xml, "s:mustUnderstand", "false");
    append_attribute(xml, "xml:lang", "en-US");
    text_append(xml, "/>");
}

static void append_target(struct text *xml, const struct wsman_message *message)
{
    text_append(xml, message->is_plain ? "<a:To>http://" : "<a:To>https://");
    append_escaped(xml, message->authority);
    append_escaped(xml, message->path);
    text_append(xml, "</a:To>");
}

static void open_envelope(struct text *xml, const struct wsman_message *message, const char *action)
{
    text_append(xml, "<s:Envelope");
    append_attribute(xml, "xmlns:s", SOAP_SPACE);
    append_attribute(xml, "xmlns:a", ADDRESSING_SPACE);
    append_attribute(xml, "xmlns:n", ENUMERATION_SPACE);
    append_attribute(xml, "xmlns:w", WSMAN_SPACE);
    append_attribute(xml, "xmlns:p", WSMAN_MICROSOFT_SPACE);
    text_append(xml, "><s:Header>");
    append_target(xml, message);
    append_required(xml, "w:ResourceURI", RESOURCE);
    text_append(xml, "<a:ReplyTo>");
    append_required(xml, "a:Address", ADDRESSING_SPACE "/role/anonymous");
    text_append(xml, "</a:ReplyTo>");
    append_required(xml, "a:Action", action);
    text_append(xml, "<w:MaxEnvelopeSize");
    append_attribute(xml, "s:mustUnderstand", "true");
    text_append_format(xml, ">%d</w:MaxEnvelopeSize>", WSMAN_ENVELOPE_MAXIMUM);
    append_element(xml, "a:MessageID", NULL, NULL, message->id);
    append_language(xml, "w:Locale");
    append_language(xml, "p:DataLocale");
    text_append_format(xml, "<w:OperationTimeout>PT%dS</w:OperationTimeout>", WSMAN_OPERATION_SECONDS);
    text_append(xml, "</s:Header><s:Body>");
}

static void close_envelope(struct text *xml)
{
    text_append(xml, "</s:Body></s:Envelope>");
}

void wsman_append_enumerate(struct text *xml, const struct wsman_message *message, const char *query)
{
    open_envelope(xml, message, ENUMERATION_SPACE "/Enumerate");
    text_append(xml, "<n:Enumerate><w:OptimizeEnumeration/>");
    text_append_format(xml, "<w:MaxElements>%d</w:MaxElements>", ELEMENTS_MAXIMUM);
    append_element(xml, "w:Filter", "Dialect", DIALECT, query);
    text_append(xml, "</n:Enumerate>");
    close_envelope(xml);
}

void wsman_append_pull(struct text *xml, const struct wsman_message *message, const char *context)
{
    open_envelope(xml, message, ENUMERATION_SPACE "/Pull");
    text_append(xml, "<n:Pull>");
    append_element(xml, "n:EnumerationContext", NULL, NULL, context);
    text_append_format(xml, "<n:MaxElements>%d</n:MaxElements>", ELEMENTS_MAXIMUM);
    text_append(xml, "</n:Pull>");
    close_envelope(xml);
}
