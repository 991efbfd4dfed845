/* SPDX-License-Identifier: MIT */
/* kms-explain: one page that needs nothing else, to be put on a web server or opened from a disk.  Every code
 * is written out in full, so the page works without a script, on paper, and with the search of the browser;
 * the script only adds a box that hides what does not match. */
#include "kms-explain/render.h"

static const char *const head[] = {
    "<!DOCTYPE html>",
    "<html lang=\"en\">",
    "<head>",
    "<meta charset=\"utf-8\">",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
    "<meta name=\"color-scheme\" content=\"light dark\">",
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">",
    "<link rel=\"icon\" href=\"data:,\">",
    "<title>Activation codes of Windows and Office</title>",
    "<style>",
    ":root { --back: #fff; --text: #1b1f24; --soft: #59636e; --line: #d1d9e0; --card: #f6f8fa; --link: "
    "#0550ae;",
    "  --mark: #fff3c4; --label: #e7ecf1; --act: #dbeafe; }",
    "@media (prefers-color-scheme: dark) {",
    "  :root { --back: #0f1318; --text: #e6edf3; --soft: #9aa6b2; --line: #303841; --card: #171c23;",
    "    --link: #7cb7ff; --mark: #3a3113; --label: #28303a; --act: #17365c; }",
    "}",
    "* { box-sizing: border-box; }",
    "body { margin: 0 auto; padding: 0 1rem 4rem; max-width: 52rem; background: var(--back); color: "
    "var(--text);",
    "  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }",
    "header { padding: 1.5rem 0 .5rem; }",
    "h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; }",
    "header p, footer { margin: .4rem 0; color: var(--soft); }",
    "#filter { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .25rem 1rem;",
    "  align-items: center; padding: .6rem 0; background: var(--back); border-bottom: 1px solid var(--line); "
    "}",
    "#filter[hidden] { display: none; }",
    "#filter input { flex: 1 1 14rem; min-width: 0; padding: .5rem .75rem; font: inherit; color: inherit;",
    "  background: var(--card); border: 1px solid var(--line); border-radius: .4rem; }",
    "#found { color: var(--soft); }",
    "article { margin: 1rem 0; padding: 1rem; background: var(--card); border: 1px solid var(--line);",
    "  border-radius: .5rem; scroll-margin-top: 6.5rem; }",
    "article[hidden] { display: none; }",
    "article:target { background: var(--mark); }",
    "h2 { margin: 0; font-size: 1.15rem; line-height: 1.35; }",
    "h2 a { color: var(--link); font-family: ui-monospace, monospace; text-decoration: none; margin-right: "
    ".35rem; }",
    "h2 a:hover, h2 a:focus { text-decoration: underline; }",
    "h3 { margin: 1rem 0 0; padding-top: .75rem; border-top: 1px solid var(--line); font-size: 1rem; }",
    "h3::first-letter { text-transform: uppercase; }",
    "p { margin: .4rem 0; }",
    "ol { margin: .4rem 0; padding-left: 1.6rem; }",
    "li { margin: .2rem 0; }",
    ".symbol { color: var(--soft); font: .85rem/1.4 ui-monospace, monospace; }",
    ".labels { display: flex; flex-wrap: wrap; gap: .35rem; margin: .6rem 0; padding: 0; list-style: none; }",
    ".labels li { margin: 0; padding: .05rem .55rem; background: var(--label); border-radius: 1rem; "
    "font-size: .8rem; }",
    ".labels .side { background: var(--act); font-weight: 600; }",
    ".soft { color: var(--soft); }",
    "@media print {",
    "  :root { --back: #fff; --text: #000; --soft: #444; --line: #999; --card: #fff; --link: #000; --mark: "
    "#fff;",
    "    --label: #fff; --act: #fff; }",
    "  body { max-width: none; padding: 0; font-size: 10pt; }",
    "  #filter { display: none; }",
    "  article { break-inside: avoid; padding: .6rem; }",
    "  .labels li { border: 1px solid var(--line); }",
    "}",
    "</style>",
    "</head>",
    "<body>",
    NULL,
};

/* All words that were typed must occur somewhere in the entry.  Following a link shows its target again. */
static const char *const tail[] = {
    "<script>",
    "'use strict';",
    "const box = document.getElementById('filter');",
    "const input = box.querySelector('input');",
    "const entries = Array.from(document.querySelectorAll('article'),",
    "  element => ({element, text: element.textContent.toLowerCase()}));",
    "function filter() {",
    "  const words = input.value.toLowerCase().split(/\\s+/).filter(word => word !== '');",
    "  let found = 0;",
    "  for (const entry of entries) {",
    "    const matches = words.every(word => entry.text.includes(word));",
    "    entry.element.hidden = !matches;",
    "    found += matches ? 1 : 0;",
    "  }",
    "  document.getElementById('found').textContent = found + ' of ' + entries.length + ' codes';",
    "}",
    "input.addEventListener('input', filter);",
    "window.addEventListener('hashchange', () => {",
    "  const target = document.getElementById(location.hash.slice(1));",
    "  if (target !== null && target.hidden) {",
    "    input.value = '';",
    "    filter();",
    "    target.scrollIntoView();",
    "  }",
    "});",
    "box.hidden = false;",
    "filter();",
    "</script>",
    "</body>",
    "</html>",
    NULL,
};

static void append_lines(struct text *out, const char *const lines[])
{
    for (size_t i = 0; lines[i] != NULL; i++)
        text_append_format(out, "%s\n", lines[i]);
}

static void append_escaped(struct text *out, const char *string)
{
    for (; *string != '\0'; string++) {
        switch (*string) {
        case '&':
            text_append(out, "&amp;");
            break;
        case '<':
            text_append(out, "&lt;");
            break;
        case '>':
            text_append(out, "&gt;");
            break;
        case '"':
            text_append(out, "&quot;");
            break;
        default:
            text_append_byte(out, *string);
        }
    }
}

static void append_element(struct text *out, const char *open, const char *content, const char *close)
{
    if (content == NULL)
        return;
    text_append(out, open);
    append_escaped(out, content);
    text_append_format(out, "%s\n", close);
}

static void append_advice(struct text *out, const struct advice *advice)
{
    append_element(out, "<p><strong>Cause:</strong> ", advice->cause, "</p>");
    if (advice->step_count == 0)
        return;
    text_append(out, "<ol>\n");
    for (size_t i = 0; i < advice->step_count; i++)
        append_element(out, "<li>", advice->steps[i], "</li>");
    text_append(out, "</ol>\n");
}

static void append_labels(struct text *out, const struct entry *entry)
{
    const char *word;
    text_append(out, "<ul class=\"labels\">\n");
    append_element(out, "<li class=\"side\">side: ", entry->explanation.advice.side, "</li>");
    for (size_t i = 0; (word = entry_applies_to(entry, i)) != NULL; i++)
        append_element(out, i == 0 ? "<li><span class=\"soft\">applies to</span> " : "<li>", word, "</li>");
    append_element(out, "<li>transient: ", entry_transient(entry), "</li>");
    append_element(out, "<li>", entry_severity(entry), "</li>");
    text_append(out, "</ul>\n");
}

static void append_entry(struct text *out, const struct entry *entry)
{
    text_append_format(out, "<article id=\"%s\">\n<h2><a href=\"#%s\">%s</a> ", entry->code, entry->code,
                       entry->code);
    append_element(out, "", entry->explanation.brief, "</h2>");
    append_element(out, "<p class=\"symbol\">", entry->explanation.symbol, "</p>");
    append_element(out, "<p>", entry->explanation.meaning, "</p>");
    append_labels(out, entry);
    append_advice(out, &entry->explanation.advice);
    for (int situation = SITUATION_ANY + 1; situation < SITUATION_COUNT; situation++) {
        struct advice advice;
        if (!entry_variant(entry, (enum situation)situation, &advice))
            continue;
        append_element(out, "<h3>", situation_sentence((enum situation)situation), "</h3>");
        append_element(out, "<ul class=\"labels\"><li class=\"side\">side: ", advice.side, "</li></ul>");
        append_advice(out, &advice);
    }
    text_append(out, "</article>\n");
}

void render_html(const struct selection *selection, struct text *out)
{
    append_lines(out, head);
    text_append(out, "<header>\n<h1>Activation codes</h1>\n");
    text_append_format(
        out,
        "<p>Windows and Office, %zu codes: what each one means, what usually causes it, what to do in "
        "which order, and on which side.</p>\n</header>\n",
        selection->count);
    text_append(
        out, "<div id=\"filter\" hidden>\n<input type=\"search\" aria-label=\"Filter\" autocomplete=\"off\" "
             "placeholder=\"Filter: code, symbol or words\">\n<span id=\"found\" role=\"status\"></span>\n"
             "</div>\n<main>\n");
    for (size_t i = 0; i < selection->count; i++)
        append_entry(out, &selection->entries[i]);
    text_append(out, "</main>\n");
    append_element(out, "<footer>Written by kms-explain ", KMS_VERSION, "</footer>");
    append_lines(out, tail);
}
