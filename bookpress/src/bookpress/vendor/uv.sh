#!/bin/sh
# Run uv as pip is set up: uv reads neither pip's files nor its variables. usage: uv.sh BIN ARGUMENTS; BIN holds both.
bin=$1
shift
pip_says() { "$bin/python" -m pip config get "global.$1" 2>/dev/null || true; }
proxy=${HTTPS_PROXY:-${https_proxy:-${PIP_PROXY:-$(pip_says proxy)}}}
certificates=${SSL_CERT_FILE:-${PIP_CERT:-$(pip_says cert)}}
index=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$(pip_says index-url)}}
if [ -n "$proxy" ]; then export HTTPS_PROXY="$proxy" HTTP_PROXY="${HTTP_PROXY:-$proxy}"; fi
if [ -f "$certificates" ]; then export SSL_CERT_FILE="$certificates"; fi
if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; fi
exec "$bin/uv" "$@"
