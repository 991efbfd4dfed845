#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes packages out of this folder, in BUILD/packages (BUILD is build unless the environment says otherwise).
#   package.sh deb [nocheck]   the Debian package
#   package.sh rpm [nocheck]   the RPM package
#   package.sh source          the source as a tarball, from which both can be built
# With nocheck the unit tests and the inputs of the fuzzers are not run.
# Neither the clock nor the name of a folder or a person goes into a package: the time is that of the last entry of
# packaging/debian/changelog.  Nothing outside of BUILD is written, nothing is fetched, no root is needed.
set -eu
umask 022
LC_ALL=C
TZ=UTC
PATH=/usr/sbin:/usr/bin:/sbin:/bin # the compiler of the system, not one of the person who builds
export LC_ALL TZ PATH

name=monitoring-plugins-kms
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
build=${BUILD:-build}
case $build in /*) ;; *) build=$here/$build ;; esac
packages=$build/packages
changelog=$here/packaging/debian/changelog
version=$(sed -n 's/^VERSION = //p' "$here/Makefile")
jobs=$(nproc 2> /dev/null || echo 1)

# What a make that called this hands on to the programs below it: it means our own build, not that of the package.
unset BUILD MAKEFLAGS MFLAGS MAKELEVEL DESTDIR PREFIX PLUGINDIR BINDIR LIBEXECDIR MANDIR DATADIR DOCDIR \
    CC CFLAGS CPPFLAGS LDFLAGS WERROR SANITIZE V

fail() {
    echo "package.sh: $1" >&2
    exit 1
}

[ -n "$version" ] || fail 'the Makefile has no line VERSION = ...'
stamp=$(sed -n 's/^ -- .*>  //p' "$changelog" | sed -n 1p)
[ -n "$stamp" ] || fail "$changelog has no time"
SOURCE_DATE_EPOCH=$(date -u -d "$stamp" +%s) || fail "$stamp in $changelog is no time"
export SOURCE_DATE_EPOCH

# Writes the files of the source into $1, one name a line: what git knows, or in an unpacked tarball all that was not
# built here.
sources() {
    if [ -e "$here/.git" ]; then
        git -C "$here" -c core.quotePath=false ls-files > "$1.known" || fail 'git does not list the files of this clone'
        while IFS= read -r file; do
            [ ! -f "$here/$file" ] || printf '%s\n' "$file" # one that was deleted is still known
        done < "$1.known"
    else
        (cd "$here" && find . \( -path ./.git -o -path ./build -o -path ./debian -o -name __pycache__ \
            -o -name .pytest_cache -o -path "./${build#"$here"/}" \) -prune -o -type f -print) > "$1.known"
        sed 's|^\./||' "$1.known"
    fi > "$1.unsorted"
    sort "$1.unsorted" > "$1"
    rm "$1.known" "$1.unsorted"
    [ -s "$1" ] || fail 'there are no files to pack'
}

# A copy of the source in a new folder.  Modes are those that git knows.
copy_source() {
    rm -rf "$1"
    mkdir -p "$1"
    sources "$1.files"
    tar -C "$here" -c -f "$1.tar" --no-recursion --mode=u=rwX,go=rX -T "$1.files"
    tar -C "$1" -x -f "$1.tar" --no-same-owner
    rm "$1.files" "$1.tar"
}

make_source() {
    mkdir -p "$packages"
    copy_source "$packages/source/$name-$version"
    tar -C "$packages/source" -c -f "$packages/source/all.tar" --format=ustar --sort=name \
        --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner "$name-$version"
    gzip -9n "$packages/source/all.tar"
    mv "$packages/source/all.tar.gz" "$packages/$name-$version.tar.gz"
    rm -rf "$packages/source"
}

make_deb() {
    mkdir -p "$packages"
    tree=$packages/deb/$name-$version
    rm -rf "$packages/deb"
    copy_source "$tree"
    cp -R "$tree/packaging/debian" "$tree/debian"
    (cd "$tree" && dpkg-buildpackage --build=binary --no-sign "--jobs=$jobs")
    rm -f "$packages/$name"*.deb "$packages/$name"*.changes "$packages/$name"*.buildinfo
    mv "$packages/deb/$name"*.deb "$packages/deb/$name"*.changes "$packages/deb/$name"*.buildinfo "$packages"
}

make_rpm() {
    make_source
    top=$packages/rpm
    rm -rf "$top"
    mkdir -p "$top/temporary"
    # Debian's rpmbuild finds no package that dpkg installed, so nothing is asked of the database of RPM there.
    lenient=
    [ ! -e /etc/debian_version ] || lenient=--nodeps
    rpmbuild -bb $lenient $no_check \
        --define "_topdir $top" --define "_sourcedir $packages" --define "_rpmdir $packages" \
        --define "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" --define "_smp_build_ncpus $jobs" \
        --define "_dbpath $top/database" --define "_tmppath $top/temporary" "$here/packaging/rpm/$name.spec"
}

case ${2:-} in
'') no_check= ;;
nocheck)
    no_check=--nocheck
    export DEB_BUILD_OPTIONS="${DEB_BUILD_OPTIONS:-} nocheck"
    ;;
*) fail "nocheck is the only word behind the kind of package, not $2" ;;
esac
case ${1:-} in
deb) make_deb ;;
rpm) make_rpm ;;
source) make_source ;;
*) echo "usage: package.sh deb|rpm [nocheck] | source" >&2; exit 2 ;;
esac
