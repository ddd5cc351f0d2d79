#!/bin/sh
# Goes the whole way round with curl: upload a picture, read its record until it is ready, fetch the thumbnail, list,
# delete, and see that everything is gone. The same for every place where the API runs.
#
#   round-trip.sh BASE_URL PICTURE
#
# TOKEN is sent as a bearer token if it is set. CDN_FROM at the beginning of the rendition's URL is replaced by CDN_TO.
set -eu
base=$1
picture=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

ask() {
  curl --silent --show-error --max-time 60 ${TOKEN:+--header "Authorization: Bearer $TOKEN"} "$@"
}
status() {
  ask --output "$dir/body" --write-out '%{http_code}' "$@"
}
expect() {
  if [ "$1" != "$2" ]; then
    echo "expected $1 for $3 but received $2: $(cat "$dir/body")" >&2
    exit 1
  fi
  echo "$3: $2"
}

expect 202 "$(status --form "file=@$picture" "$base/images")" "upload"
id=$(sed -n 's/.*"imageId":"\([^"]*\)".*/\1/p' "$dir/body")

tries=0
until grep -q '"status":"ready"' "$dir/body"; do
  tries=$((tries + 1))
  [ "$tries" -le 30 ] || expect ready pending "the record"
  answer=$(status --header 'Prefer: wait=10' "$base/images/$id")
  [ "$answer" = 200 ] || expect 200 "$answer" "the record"
done
echo "the record: ready"

url=$(ask --output /dev/null --write-out '%{redirect_url}' "$base/images/$id/thumb")
if [ -n "${CDN_FROM:-}" ]; then url="$CDN_TO${url#"$CDN_FROM"}"; fi
expect "200 image/jpeg" "$(curl --silent --output "$dir/thumb.jpg" --write-out '%{http_code} %{content_type}' "$url")" "the thumbnail"
expect ffd8ff "$(head -c 3 "$dir/thumb.jpg" | od -An -tx1 | tr -d ' \n')" "its first bytes"

expect 200 "$(status "$base/images?limit=10")" "the list"
grep -q "\"imageId\":\"$id\"" "$dir/body" || expect "$id" "another" "the image in the list"

expect 202 "$(status --request DELETE --header 'Prefer: wait=20' "$base/images/$id")" "the removal"
expect 202 "$(status --request DELETE --header 'Prefer: wait=20' "$base/images/$id")" "the same removal again"
grep -q '"removed":true' "$dir/body" || expect "removed" "not yet" "the removal"

expect 404 "$(status "$base/images/$id")" "the record afterwards"
expect 404 "$(curl --silent --output "$dir/body" --write-out '%{http_code}' "$url")" "the thumbnail afterwards"
expect 200 "$(status "$base/images?limit=10")" "the list afterwards"
if grep -q "\"imageId\":\"$id\"" "$dir/body"; then expect "no such image" "$id" "the list afterwards"; fi
