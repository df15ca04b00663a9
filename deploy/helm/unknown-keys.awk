# Tells which keys of our values files a chart does not have, and fails if there is one:
#   awk -f unknown-keys.awk CHARTS_OWN_VALUES OURS …
# It reads YAML as values files are written: keys below each other, by indentation. What it cannot
# read in the chart's values (a map in braces, an alias) counts as not there, and so does a default
# that is commented out: rather refuse a key that works than pass one that does not.

BEGIN {
    # Proved by Port's page on this integration; a chart may take them without a default of its own.
    page = "initializePortResources sendRawDataExamples scheduledResyncInterval" \
        " port.clientId port.clientSecret port.baseUrl" \
        " integration.identifier integration.type integration.eventListener.type"
    split(page, names, " ")
    for (number in names) proved[names[number]]
}

FNR == 1 { file++; depth = 0 }
{ gsub(/\t/, " "); sub(/\r$/, "") }
/^ *(#|$)/ || /^(---|\.\.\.)/ { next }

{
    read_line()
    if (file == 1) remember()
    else if (is_item) judge_list(parent(path))
    else if (!inside) judge()
}

END {
    for (path in without) list = list " " path
    if (list) print "Not checked, as they are on Port's page but have no default in this chart:" list
    exit refusals > 0
}

# Sets `path`, `value`, `is_item` for the item of a list, and `inside` for what is below one or
# below a text of many lines.
function read_line(    text, indent, key, level) {
    match($0, /^ */)
    indent = RLENGTH
    text = substr($0, indent + 1)
    key = "?"
    value = ""
    is_item = text ~ /^-( |$)/
    # Items may stand as far left as the key of their list.
    if (is_item) indent++
    else if (match(text, /^("[^"]*"|'[^']*'|[A-Za-z0-9_.\/-]+) *:( |$)/)) {
        key = substr(text, 1, RLENGTH)
        value = substr(text, RLENGTH + 1)
        sub(/^ *(#.*)?/, "", value)
        gsub(/["' ]|: ?$/, "", key)
        # A path is told by its dots.
        gsub(/\./, "/", key)
    }
    while (depth && indents[depth] >= indent) depth--
    indents[++depth] = indent
    keys[depth] = key
    is_text[depth] = value ~ /^[|>]/
    path = keys[1]
    inside = keys[1] == "?"
    for (level = 2; level <= depth; level++) {
        path = path "." keys[level]
        inside = inside || keys[level] == "?" || is_text[level - 1]
    }
}

function remember() {
    if (!inside) known[path]
    if (value ~ /^[{]/) is_map[path]
    else if (!inside) is_map[parent(path)]
}

# A key without a value is a map, a list or nothing: its keys, its items are judged.
function judge() {
    if (path == "extraEnv" && $0 !~ /^extraEnv: *(#.*)?$/)
        refuse("must have the list extraEnv below that key, where it is joined with others")
    if (is_free(path) || value == "") return
    if (value ~ /^\[/) judge_list(path)
    else if (value ~ /^[{] *[^ }]/)
        refuse("writes " path " in braces: write its keys below it, where they are looked up")
    else judge_key(path)
}

function judge_key(path) {
    if (path in known) return
    if (path in proved) without[path]
    else refuse("sets " path ", which this chart does not have")
}

# helm takes the last list only, and drops a list for what is a map.
function judge_list(path) {
    if (is_free(path) || path ~ /[?]/) return
    judge_key(path)
    if (path in is_map) refuse("sets " path " as a list, which is a map in this chart")
    if (path != "extraEnv" && path in list_of && list_of[path] != FILENAME)
        refuse("sets " path ", as " name_of(list_of[path]) " does: put both into one list")
    list_of[path] = FILENAME
}

function is_free(path) { return path ~ /^integration\.(config|secrets)(\.|$)/ }

function refuse(why) {
    refusals++
    tell(name_of(FILENAME) " " why)
}

function tell(what) {
    if (!(what in told)) print what
    told[what]
}

function parent(path) { return sub(/\.[^.]*$/, "", path) ? path : "" }

function name_of(file) {
    sub(/.*\//, "", file)
    return file
}
