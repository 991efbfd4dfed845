/* SPDX-License-Identifier: MIT */
/* The word that somebody most likely meant. */
#include "options/nearest.h"

enum {
    LENGTH_MAXIMUM = 40, /* the longest word that is compared; option names and rule ids are far shorter */
    SLIPS_MAXIMUM = 3,
    BEGINNING_MINIMUM = 3 /* so many letters are taken for the beginning of a word */
};

struct nearest nearest_to(struct span wanted)
{
    return (struct nearest) {.wanted = wanted};
}

static size_t least(size_t left, size_t right)
{
    return left < right ? left : right;
}

static bool is_same(char left, char right)
{
    return ascii_lower(left) == ascii_lower(right);
}

/* The distance of Damerau and Levenshtein in its restricted form (optimal string alignment). */
static size_t count_slips(struct span left, struct span right)
{
    size_t slips[LENGTH_MAXIMUM + 1][LENGTH_MAXIMUM + 1];
    for (size_t i = 0; i <= left.length; i++)
        slips[i][0] = i;
    for (size_t j = 0; j <= right.length; j++)
        slips[0][j] = j;
    for (size_t i = 1; i <= left.length; i++) {
        for (size_t j = 1; j <= right.length; j++) {
            bool is_equal = is_same(left.bytes[i - 1], right.bytes[j - 1]);
            size_t count = slips[i - 1][j - 1] + (is_equal ? 0 : 1);
            count = least(count, least(slips[i - 1][j], slips[i][j - 1]) + 1);
            if (i > 1 && j > 1 && is_same(left.bytes[i - 1], right.bytes[j - 2]) &&
                is_same(left.bytes[i - 2], right.bytes[j - 1]))
                count = least(count, slips[i - 2][j - 2] + 1);
            slips[i][j] = count;
        }
    }
    return slips[left.length][right.length];
}

/* One slip in three letters still shows what was meant. */
static size_t slips_allowed(size_t length)
{
    return least(length / 3, SLIPS_MAXIMUM);
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
    struct span wanted = nearest->wanted, word = span_of(candidate);
    if (word.length == 0 || word.length > LENGTH_MAXIMUM || wanted.length == 0 ||
        wanted.length > LENGTH_MAXIMUM)
        return;
    size_t slips = count_slips(wanted, word);
    if (wanted.length >= BEGINNING_MINIMUM &&
        span_equal_ignoring_case(span_first(word, wanted.length), wanted))
        slips = least(slips, 1);
    if (slips > slips_allowed(wanted.length) || (nearest->word != NULL && slips >= nearest->slips))
        return;
    nearest->word = candidate;
    nearest->slips = slips;
}
