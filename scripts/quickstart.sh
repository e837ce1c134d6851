#!/bin/sh
# From a fresh clone to a table: sets up, then provisions three Rust workspaces,
# builds an agent in each and runs all three on the orders in tests/data.
# Everything it makes stays in this repository; your Nushell stays as it is.
set -eu
. "$(dirname -- "$0")/setup.sh"

cd "$root"
FLOW_DATA_DIR=$root/.tools/quickstart/data
FLOW_CACHE_DIR=$root/.tools/quickstart/cache
export FLOW_DATA_DIR FLOW_CACHE_DIR

"$FLOW_NU" --no-config-file --plugins "$FLOW_PLUGIN" scripts/quickstart.nu
