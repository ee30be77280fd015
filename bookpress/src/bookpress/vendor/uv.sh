# Run uv as pip is set up: uv reads neither pip's files nor its variables. usage: uv.sh BIN ARGUMENTS; BIN holds both.
bin=$1
shift
# `pip config get` does not find what only the machine's own file says; the last of several files is heeded.
pip_says() { "$bin/python" -m pip config list 2>/dev/null | sed -n "s/^global\.$1='\(.*\)'\$/\1/p" | tail -n 1; }
proxy=${HTTPS_PROXY:-${https_proxy:-${PIP_PROXY:-$(pip_says proxy)}}}
certificates=${SSL_CERT_FILE:-${PIP_CERT:-$(pip_says cert)}}
index=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$(pip_says index-url)}}
if [ -n "$proxy" ]; then export HTTPS_PROXY="$proxy" HTTP_PROXY="${HTTP_PROXY:-$proxy}"; fi
if [ -f "$certificates" ]; then export SSL_CERT_FILE="$certificates"; fi
if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; fi
exec "$bin/uv" "$@"
