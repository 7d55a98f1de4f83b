#!/usr/bin/env bash
# Tidings from a shell: bash, curl and jq. Each command is a few lines that can be copied into a script of one's own.
#
#   ./tidings.sh publish demo:1 demo.said '{"text": "hello"}'
#   ./tidings.sh patch device:lamp '{"on": true}'
#   ./tidings.sh state device:lamp
#   ./tidings.sh history demo:1 10
#   ./tidings.sh follow demo:1                    one line of JSON for each event, live; comes back by itself and misses nothing
#   ./tidings.sh watch 'device:*'                 patterns, which need a WebSocket: with websocat
#   ./tidings.sh command agent:42 restart '{"force": true}'
#
# TIDINGS_URL says where the service is. TIDINGS_TOKEN is a token; without it the service is asked for one, which it gives on its own
# machine as long as it has no key.
set -euo pipefail

call() { # method, path, further arguments of curl
  curl --silent --show-error --fail-with-body --request "$1" "$url/api/v1/$2" --header "Authorization: Bearer $token" "${@:3}"
}

publish() { # channel, event, payload
  call POST "channels/$1/events" --json "$(jq -n --arg event "$2" --argjson payload "${3:-null}" '{$event, $payload}')"
}

patch() { # channel, merge patch
  call PATCH "channels/$1/state" --header 'Content-Type: application/merge-patch+json' --data "$2"
}

state() { # channel
  call GET "channels/$1/state"
}

history() { # channel, how many
  call GET "channels/$1/events?reverse=true&limit=${2:-10}" | jq -c '.events | reverse[]'
}

command() { # channel, name, arguments
  call POST "channels/$1/commands" --json "$(jq -n --arg name "$2" --argjson args "${3:-null}" '{$name, $args}')"
}

# Server-Sent Events, connected again where they end, with the id of the last one: what came meanwhile comes first.
follow() { # channel
  local last='' line kind=message
  while :; do
    while IFS= read -r line; do
      case $line in
        'id: '*) last=${line#id: } ;;
        'event: '*) kind=${line#event: } ;;
        'data: '*) [ "$kind" = message ] && echo "${line#data: }" || echo "$kind ${line#data: }" >&2 ;;
        '') kind=message ;;
      esac
    done < <(call GET "channels/$1/events" --no-buffer --header 'Accept: text/event-stream' ${last:+--header "Last-Event-ID: $last"})
    sleep 1
  done
}

# The WebSocket speaks a line of JSON for each message. This one ends with its connection.
watch() { # channel or pattern
  jq -nc --arg channel "$1" '{type: "subscribe", id: "1", $channel}' |
    websocat --no-close --text --protocol tidings.v1.json --header "Authorization: Bearer $token" "${url/http/ws}/ws" |
    jq -c --unbuffered 'select(.type == "message")'
}

case ${1:-} in
  publish | patch | state | history | command | follow | watch) ;;
  *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
url=${TIDINGS_URL:-http://127.0.0.1:8080}
token=${TIDINGS_TOKEN:-$(curl -sf "$url/quick-start" | jq -r .token)}
"$@"
