#!/bin/sh
# Put Clivus from this folder into the user's own menu of applications, or take it out again: menu.sh [remove]
set -e
here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/clivus.desktop
icon=$data/icons/hicolor/256x256/apps/clivus.png
types=$data/mime/packages/clivus.xml
if [ "$1" = remove ]; then
    rm -f "$entry" "$icon" "$types"
else
    mkdir -p "${entry%/*}" "${icon%/*}" "${types%/*}"
    program=$(printf '%s' "$here/clivus" | sed 's/[\\&|]/\\&/g')
    sed "s|^Exec=clivus|Exec=\"$program\"|" "$here/share/clivus.desktop" >"$entry"
    cp "$here/share/clivus.png" "$icon"
    cp "$here/share/clivus.xml" "$types"
fi
# Desktops without these tools look into the folders by themselves.
if command -v update-desktop-database >/dev/null; then update-desktop-database "$data/applications" || true; fi
if command -v update-mime-database >/dev/null; then update-mime-database "$data/mime" || true; fi
