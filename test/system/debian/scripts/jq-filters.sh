# programs: jq
# packages: jq, coreutils

printf %s '[{"name":"Ada","born":1815,"tags":["math","code"]},{"name":"Alan","born":1912,"tags":[]},{"name":"Grace","born":1906,"tags":["code"]}]' > p
cat > bad << 'END'
{"a": }
END
jq -c '.[0]' p
jq -r '.[] | "\(.name)\t\(.born)"' p
jq '[.[].tags[]] | group_by(.) | map({(.[0]): length}) | add' p
jq -c 'sort_by(.born) | map(.name)' p
jq 'map(select(.born > 1900)) | length' p
jq -S -c '.[1] + {a: null, z: [1.5, 1e3, -0]}' p
jq -n --arg x 1 '$x, ($x|tonumber), [range(3)], ([1,2,3]|add/length), ("a,b"|split(",")), now > 0'
jq -e '.[9]' p
echo $?
jq . bad
echo $?
jq '.[' p
echo $?
