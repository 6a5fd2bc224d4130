#!/bin/sh
# Starts Clivus in place of this script, or says why it cannot start: before there is a Python or Qt that could. On stderr;
# and where a window was wanted, to whoever has double-clicked and sees no terminal. packaging/linux/starter.py fills it in.

here=$0
[ -L "$here" ] && here=$(readlink -f -- "$here")
case $here in
*/*) here=${here%/*} ;;
*) here=. ;;
esac
internal=$here/@INTERNAL@
program=$internal/@PROGRAM@

main() {
    if [ "${1-}" = @SHOW@ ]; then # by Clivus itself, whose libraries are not those of the programs called here
        if [ -n "${LD_LIBRARY_PATH_ORIG-}" ]; then
            LD_LIBRARY_PATH=$LD_LIBRARY_PATH_ORIG
        else
            unset LD_LIBRARY_PATH
        fi
        window=yes
        show "$2"
        exit 0
    fi
    window=
    wants_window "$@" && window=yes
    check_system
    check_copy "${1-}"
    if [ -n "$window" ]; then
        check_screen
        check_libraries
    fi
    exec "$program" "$@"
}

# As desktop/cli.py decides it. A demonstration goes on without its window.
wants_window() {
    case ${1-} in
    @HEADLESS@) return 1 ;;
    esac
    for argument; do
        case $argument in
        -h | --help) return 1 ;;
        esac
    done
}

check_system() {
    command -v getconf >/dev/null || return 0
    found=$(getconf GNU_LIBC_VERSION 2>/dev/null) || found='no glibc'
    case $found in
    'glibc '[0-9]*.[0-9]*)
        version=${found#glibc }
        major=${version%%.*}
        minor=${version#*.}
        minor=${minor%%[!0-9]*}
        [ "$major" -gt @GLIBC_MAJOR@ ] && return
        [ "$major" -eq @GLIBC_MAJOR@ ] && [ "$minor" -ge @GLIBC_MINOR@ ] && return
        ;;
    esac
    cannot_start system_too_old
}

# Presence and sizes; sums take a second, and are the self-test's, which names all that has changed, unless it is without
# what Python needs to start.
check_copy() {
    part=@INTERNAL@/@PROGRAM@
    [ -x "$program" ] || cannot_start part_missing
    command -v stat >/dev/null || return 0
    bad=@SIZES@
    if wanted=$(cat "$internal/@SIZES@" 2>/dev/null); then
        found=$(sizes)
        [ "$found" = "$wanted" ] && return
        bad=$(printf '%s\n' "$found" | grep -vxF -f - "$internal/@SIZES@" | cut -d ' ' -f 2-)
    fi
    [ "$1" = selftest ] && bad=$(printf '%s\n' "$bad" | grep -xE '@PROGRAM@|base_library\.zip|libpython[^/]*')
    [ -n "$bad" ] || return 0
    part=@INTERNAL@/$(printf '%s\n' "$bad" | head -n 1)
    cannot_start part_missing
}

sizes() (
    CDPATH= cd -- "$internal" || exit
    set -f # names are names
    IFS='
'
    stat -Lc '%s %n' -- $(cut -d ' ' -f 2- @SIZES@) 2>/dev/null
)

# One that is certainly dead: a screen of this computer without a socket. What else is wrong with it, Clivus finds out.
check_screen() {
    [ -n "${QT_QPA_PLATFORM-}" ] && return
    [ -n "${WAYLAND_DISPLAY-}${DISPLAY-}" ] || cannot_start no_screen
    if [ -n "${WAYLAND_DISPLAY-}" ]; then
        wayland_answers && return
        screens=WAYLAND_DISPLAY=$WAYLAND_DISPLAY
    fi
    if [ -n "${DISPLAY-}" ]; then
        x_answers && return
        screens=${screens:+$screens, }DISPLAY=$DISPLAY
    fi
    cannot_start unreachable
}

wayland_answers() {
    [ -n "${WAYLAND_SOCKET-}" ] && return
    case $WAYLAND_DISPLAY in
    /*) [ -S "$WAYLAND_DISPLAY" ] ;;
    *) [ -S "${XDG_RUNTIME_DIR-}/$WAYLAND_DISPLAY" ] ;;
    esac
}

x_answers() {
    case $DISPLAY in
    :[0-9]* | unix:[0-9]*) ;;
    *) return 0 ;; # of another computer
    esac
    number=${DISPLAY##*:}
    socket=/tmp/.X11-unix/X${number%%.*}
    [ -S "$socket" ] || grep -qs "@$socket\$" /proc/net/unix
}

# The loader itself says what it does not find, for the platforms that Qt would try. One that is whole is enough.
check_libraries() {
    [ -x @LOADER@ ] || return 0
    platforms=${QT_QPA_PLATFORM-}
    platforms=${platforms%%[:;-]*}
    [ -n "$platforms" ] || platforms="${WAYLAND_DISPLAY:+wayland} ${DISPLAY:+xcb}"
    missing=
    for platform in $platforms; do
        plugin=$internal/PySide6/Qt/plugins/platforms/libq$platform.so
        [ -r "$plugin" ] || return 0
        lacking=$(
            LD_LIBRARY_PATH=$internal${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} @LOADER@ --list "$plugin" 2>/dev/null |
                sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p'
        )
        [ -n "$lacking" ] || return 0
        missing="$missing $lacking"
    done
    missing=$(sorted $missing)
    libraries=$(printf '%s' "$missing" | sed 's/ /, /g')
    debian= rhel=
    for library in $missing; do
        case $library in
@PACKAGES@
        esac
    done
    debian=$(sorted $debian)
    rhel=$(sorted $rhel)
    cannot_start libraries_missing
}

sorted() {
    printf '%s\n' "$@" | sort -u | tr '\n' ' ' | sed 's/ $//'
}

cannot_start() {
    sentence_of "$1.$(language)"
    printf 'clivus: %s\n' "$sentence" >&2
    [ -n "$window" ] && show "$sentence"
    exit "$status"
}

language() {
    asked=${CLIVUS_LANGUAGE:-${LANGUAGE:-${LC_ALL:-${LC_MESSAGES:-${LANG-}}}}}
    case $asked in
    zh_TW* | zh_HK* | zh_MO* | zh*[Hh]ant*) echo en ;;
@LANGUAGES@
    *) echo en ;;
    esac
}

sentence_of() {
    case $1 in
@SENTENCES@
    esac
}

# In the first way that works: a box, a terminal, a notification; else in a file where people look.
show() {
    [ -t 2 ] && return
    if [ -n "${WAYLAND_DISPLAY-}" ] && wayland_answers || [ -n "${DISPLAY-}" ] && x_answers; then
        for tool in zenity kdialog xmessage x-terminal-emulator gnome-terminal konsole xterm notify-send; do
            command -v "$tool" >/dev/null && show_by "$tool" "$1" && return
        done
    fi
    desktop=$(xdg-user-dir DESKTOP 2>/dev/null) || desktop=${HOME-}/Desktop
    for folder in "$desktop" "${HOME-}"; do
        file=$folder/clivus-cannot-start.txt
        [ -d "$folder" ] && printf '%s\n\n%s\n' "$(date)" "$1" 2>/dev/null >"$file" && return
    done
}

# A box that was closed by Escape has been seen too: status 1.
show_by() {
    case $1 in
    zenity) zenity --error --no-markup --width=480 --title=Clivus --text="$2" 2>/dev/null ;;
    kdialog) kdialog --title Clivus --error "$2" 2>/dev/null ;;
    xmessage) xmessage -center -title Clivus "$(printf '%s\n' "$2" | fold -s -w 72)" 2>/dev/null ;;
    gnome-terminal) gnome-terminal --wait -- sh -c 'printf "%s\n" "$0"; read -r line' "$2" 2>/dev/null ;;
    notify-send) notify-send --urgency=critical Clivus "$2" 2>/dev/null ;;
    *) "$1" -e sh -c 'printf "%s\n" "$0"; read -r line' "$2" 2>/dev/null ;;
    esac
    [ $? -le 1 ]
}

main "$@"
