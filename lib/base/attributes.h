/* SPDX-License-Identifier: MIT */
/* The compiler attributes that the code uses, in the one place that knows compilers.
 * Everything else is C11 and POSIX. */
#ifndef BASE_ATTRIBUTES_H
#define BASE_ATTRIBUTES_H

#if defined(__GNUC__)
/* Arguments are checked like those of printf: position of the format, position of the first argument. */
#define LIKE_PRINTF(format_at, arguments_at) __attribute__((format(printf, format_at, arguments_at)))
/* The caller must look at the result. */
#define MUST_CHECK __attribute__((warn_unused_result))
#else
#define LIKE_PRINTF(format_at, arguments_at)
#define MUST_CHECK
#endif

#endif
