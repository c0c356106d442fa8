#!/bin/sh
# Draws what a centre needs and nobody may know: passwords, keys and certificates, into deploy/secrets (0700).
# Takes the public address: `sh deploy/prepare.sh https://120.example.go.kr`. What is there already stays.
# Needs openssl, mosquitto_passwd and callcenter itself (on the PATH or in .venv).
set -eu
umask 077

public=${1:?"expected the public address, such as https://120.example.go.kr"}
to=${2:-deploy/secrets}
callcenter=$(command -v callcenter || echo .venv/bin/callcenter)
broker=${BROKER:-broker}
database=${DATABASE:-database}

if [ -e "$to" ]; then
  echo "$to is there already: it is not drawn again" >&2
  exit 1
fi
mkdir -p "$to/certs"
draw() { openssl rand -hex 24; }

# --- The broker: who may come in, and whom to believe ------------------------------------------------
listener=$(draw)
pbx1=$(draw)
: >"$to/broker.passwords"
mosquitto_passwd -b "$to/broker.passwords" switchboard "$listener"
mosquitto_passwd -b "$to/broker.passwords" pbx1 "$pbx1"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=callcenter broker authority" \
  -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" \
  -keyout "$to/ca.key" -out "$to/certs/ca.pem" 2>/dev/null
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$broker" \
  -keyout "$to/certs/broker.key" -out "$to/broker.csr" 2>/dev/null
printf 'subjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' "$broker" >"$to/broker.ext"
openssl x509 -req -in "$to/broker.csr" -CA "$to/certs/ca.pem" -CAkey "$to/ca.key" -CAcreateserial \
  -days 825 -extfile "$to/broker.ext" -out "$to/certs/broker.pem" 2>/dev/null
rm "$to/broker.csr" "$to/broker.ext"
# The containers read these as users of their own.
chmod 755 "$to/certs"
chmod 644 "$to/certs/ca.pem" "$to/certs/broker.pem" "$to/certs/broker.key" "$to/broker.passwords"

# --- The processes -----------------------------------------------------------------------------------
stored=$(draw)
cat >"$to/database.env" <<ENV
POSTGRES_USER=callcenter
POSTGRES_DB=callcenter
POSTGRES_PASSWORD=$stored
ENV
{
  cat <<ENV
CALLCENTER_PRODUCTION=true
CALLCENTER_PUBLIC_URL=$public
CALLCENTER_DATABASE=postgresql://callcenter:$stored@$database/callcenter
CALLCENTER_BROKER=mqtts://switchboard@$broker:8883
CALLCENTER_BROKER_PASSWORD=$listener
CALLCENTER_BROKER_CA=/etc/callcenter/ca.pem
ENV
  "$callcenter" keys new
} >"$to/serve.env"
cat >"$to/pbx1.env" <<ENV
CALLCENTER_BROKER=mqtts://pbx1@$broker:8883
CALLCENTER_BROKER_PASSWORD=$pbx1
CALLCENTER_BROKER_CA=/etc/callcenter/ca.pem
ENV
echo "drawn into $to: back it up, and keep it from others; move ca.key to where no machine reads it" >&2
