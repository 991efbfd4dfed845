# SPDX-License-Identifier: MIT
"""The account of daemons, which is without the rights of root: nobody's where root starts them, else our own."""
import grp
import os
import pwd


def account():
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def group_name():
    return grp.getgrgid(account().pw_gid).gr_name


def rights():
    """What starts a process of subprocess as that account."""
    return {"user": account().pw_uid, "group": account().pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}


def give(top):
    """A file, or a folder with everything in it, to the account."""
    if os.geteuid() == 0:
        for path in [top, *top.rglob("*")]:
            os.chown(path, account().pw_uid, account().pw_gid, follow_symlinks=False)
