# Clivus loads parts of itself while it runs: replacing them under a reader loses what is not saved.
clivus_is_running() {
    for program in /proc/[0-9]*/exe; do
        [ "$(readlink "$program" 2>/dev/null)" = @FOLDER@/_internal/clivus ] && return 0
    done
    return 1
}
