# The self-test, as whoever installs: without a home, a screen, or a language of its own.
clivus_selftest() {
    if said=$(cd / && env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME=/nonexistent @FOLDER@/clivus selftest 2>&1); then
        echo "Clivus: the self-test found this installation sound."
    else
        echo "Clivus: the self-test found a fault; \`clivus selftest\` shows all of it:"
    fi
    echo "$said" | grep -v "^pass" || true
}
