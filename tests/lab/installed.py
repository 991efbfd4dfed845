# SPDX-License-Identifier: MIT
"""What has to be installed: programs and files of Debian 12 with the packages they come from, as a list of

    ("package", "program" or "/a/file"), a pattern where the path holds a version or an architecture.
"""
import glob
import shutil

PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"  # the daemons lie where only root looks


def program(name):
    """The path of a program, also where only root looks; None without it."""
    return shutil.which(name, path=PATH)


def is_there(thing):
    return bool(glob.glob(thing)) if thing.startswith("/") else program(thing) is not None


def missing_packages(needs):
    return [package for package, thing in needs if not is_there(thing)]
