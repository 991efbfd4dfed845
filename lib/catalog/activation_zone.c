/* SPDX-License-Identifier: MIT */
/* Codes that nobody described, by their bits. */
#include "catalog/activation_zone.h"

#include "catalog/activation_code.h"

struct zone {
    unsigned first, last; /* of the low word */
    const char *name; /* at most 32 characters: "unknown NAME" must fit a brief, with a number behind it */
    const char *origin;
    const char *side;
};

/* Facility 4 above 0xB000, the licensing software of Windows and Office.  A zone inside another one comes
 * first. */
static const struct zone licensing_zones[] = {
    {0xB000, 0xBFFF, "activation server code", "the activation server of Microsoft", "microsoft"},
    {0xC401, 0xC600, "validation code", "the check for a genuine installation", "client"},
    {0xC000, 0xCFFF, "clearing house code", "the clearing house of Microsoft", "microsoft"},
    {0xD000, 0xDFFF, "security processor code", "the security processor of the machine", "client"},
    {0xE000, 0xEFFF, "token store code", "the token store of the machine", "client"},
    {0xF300, 0xF3FF, "token activation code", "activation with tokens", "client"},
    {0xF400, 0xF4FF, "Store activation code", "activation with a Store license", "client"},
    {0xFD00, 0xFDFF, "AVMA code", "automatic activation of a virtual machine", "client"},
    {0xF000, 0xFFFF, "licensing service code", "the licensing service or its interface", "client"},
};

/* Facility 7, errors of Win32. */
static const struct zone win32_zones[] = {
    {1700, 1930, "RPC error", "remote procedure calls", "network"},
    {9000, 9999, "DNS error", "DNS", "dns"},
    {10000, 11999, "socket error", "network sockets", "network"},
    {12001, 12200, "WinHTTP error", "an HTTP request of Windows", "network"},
    {0, 0xFFFF, "Win32 error", "Windows", "client"},
};

static const struct {
    unsigned facility;
    const char *name;
    const char *side;
} facilities[] = {
    {1, "RPC", "network"},       {2, "automation", "client"},      {3, "storage", "client"},
    {8, "Windows", "client"},    {9, "security", "client"},        {11, "certificates", "client"},
    {12, "internet", "network"}, {15, "setup", "client"},          {19, ".NET", "client"},
    {25, "HTTP", "network"},     {36, "Windows Update", "client"},
};

enum { FACILITY_ITF = 4, FACILITY_WIN32 = 7, FACILITY_STORE = 0x3F, FACILITY_STORE_LICENSES = 0xEA };

static const uint32_t nt_bit = 0x10000000;

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct zone *find_zone(const struct zone zones[], size_t count, unsigned low_word)
{
    for (size_t i = 0; i < count; i++) {
        if (low_word >= zones[i].first && low_word <= zones[i].last)
            return &zones[i];
    }
    return NULL;
}

static void say(struct explanation *ret, const char *brief, const char *meaning, const char *side)
{
    ret->brief = brief;
    ret->meaning = meaning;
    ret->advice.side = side;
}

static void explain_win32(unsigned number, struct arena *arena, struct explanation *ret)
{
    const struct zone *zone = find_zone(win32_zones, COUNT(win32_zones), number);
    say(ret, arena_format(arena, "unknown %s %u", zone->name, number),
        arena_format(arena, "Not in the catalogue: facility 7, Win32 error %u, from %s", number,
                     zone->origin),
        zone->side);
}

static void explain_facility(unsigned facility, unsigned low_word, struct arena *arena,
                             struct explanation *ret)
{
    const char *name = NULL, *side = "client";
    for (size_t i = 0; i < COUNT(facilities); i++) {
        if (facilities[i].facility == facility) {
            name = facilities[i].name;
            side = facilities[i].side;
        }
    }
    if (name == NULL)
        say(ret, arena_format(arena, "unknown code of facility %u", facility),
            arena_format(arena, "Not in the catalogue: facility %u, number %u", facility, low_word), side);
    else
        say(ret, arena_format(arena, "unknown %s code %u", name, low_word),
            arena_format(arena, "Not in the catalogue: facility %u (%s), number %u", facility, name,
                         low_word),
            side);
}

/* NTSTATUS values are no HRESULTs but stand in the same places: 0xC0000022, or with the bit that
 * HRESULT_FROM_NT sets, 0xD0000022. */
static bool is_ntstatus(uint32_t code)
{
    unsigned facility = activation_code_facility(code);
    return code >> 29 == 6 && facility != FACILITY_ITF && facility != FACILITY_STORE_LICENSES;
}

/* Errors of WMI, 0x80041001 and following, are facility 4 as well: then it was the query that failed. */
static bool is_wmi(uint32_t code)
{
    return code >> 12 == 0x80041;
}

void activation_zone_explain(uint32_t code, struct arena *arena, struct explanation *ret)
{
    unsigned facility = activation_code_facility(code), low_word = activation_code_low_word(code);
    const struct zone *zone = find_zone(licensing_zones, COUNT(licensing_zones), low_word);
    *ret = (struct explanation) {.code = code, .is_informational = code >> 31 == 0};
    if (is_ntstatus(code))
        say(ret, "unknown NTSTATUS code",
            arena_format(arena, "Not in the catalogue: facility %u, NTSTATUS 0x%08X of the Windows kernel",
                         facility, (unsigned)(code & ~nt_bit)),
            "client");
    else if (is_wmi(code))
        say(ret, "unknown WMI error",
            arena_format(arena, "Not in the catalogue: facility 4, WMI error 0x%04X, from the query",
                         low_word),
            "monitoring");
    else if (facility == FACILITY_ITF && zone != NULL)
        say(ret, arena_format(arena, "unknown %s", zone->name),
            arena_format(arena, "Not in the catalogue: facility 4, 0x%04X, from %s", low_word, zone->origin),
            zone->side);
    else if (facility == FACILITY_WIN32)
        explain_win32(low_word, arena, ret);
    else if ((facility == FACILITY_STORE && low_word >> 12 == 0xA) || facility == FACILITY_STORE_LICENSES)
        say(ret, "unknown Store license code",
            arena_format(arena, "Not in the catalogue: facility %u, 0x%04X, from a license of the Store",
                         facility, low_word),
            "client");
    else if (code <= 0xFFFF)
        say(ret, arena_format(arena, "unknown, maybe Win32 error %u", low_word),
            arena_format(arena, "Not in the catalogue: facility 0. As a Win32 error it is written 0x8007%04X",
                         low_word),
            "client");
    else
        explain_facility(facility, low_word, arena, ret);
}
