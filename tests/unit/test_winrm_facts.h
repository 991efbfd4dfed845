/* SPDX-License-Identifier: MIT */
/* The facts of the products in tests/fixtures/winrm: a client and a KMS host. */
#ifndef TEST_WINRM_FACTS_H
#define TEST_WINRM_FACTS_H

#define WINRM_CLIENT                                                                                         \
    "row: Windows(R), Enterprise edition, channel=kms-client key=XXXXX status=1 reason=0x4004F040 "          \
    "minutes=258780 last=2 addon=no kms=kms01.corp.example.com kms-port=1688 address=192.0.2.11 "            \
    "activation=120 renewal=10080 host=no count=none\n"
#define WINRM_HOST                                                                                           \
    "row: Windows(R), ServerStandard edition, channel=kms-host key=XXXXX status=1 reason=0x4004F040 "        \
    "minutes=0 addon=no host=yes count=26 requests=1680/9/0/1598/57/6/0/19\n"

#endif
