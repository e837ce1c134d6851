use std/assert
use ../../assertions.nu *

let echo = guest handlers/echo
failure {|| [1] | flow run $echo --on-error stap } | to json | assert contains "stop"
failure {|| [1] | flow run $echo --input jsn } | to json | assert contains "json"
failure {|| [1] | flow run $echo --timeout 0sec } | to json | assert contains "zero"
failure {|| [1] | flow run $echo --allow-net nowhere } | to json | assert contains "port"
failure {|| [1] | flow run $echo --jobs 0 } | to json | assert contains "jobs"
