# The main job, step by step with its tables. Run by `quickstart.sh`.

def show [command: string, table: any] {
    print $"(ansi green)> ($command)(ansi reset)"
    print ($table | table --width 120)
}

let orders = open tests/data/orders.json

let workspaces = flow provision rust 3
show "flow provision rust 3 | select id provider state toolchain version duration" (
    $workspaces | select id provider state toolchain version duration
)

let artifacts = $workspaces | flow build
show "… | flow build | select id agent size tool version cached duration" (
    $artifacts | select id agent size tool version cached duration
)

let results = $artifacts | flow eval $orders
show "… | flow eval (open tests/data/orders.json) | get output.0 | first 3" (
    $results | get output.0 | default [] | first 3
)
show "… | insert total {|row| $row.output.total | math sum } | select id ok records failed total duration peak_memory" (
    $results
    | insert total {|row| if $row.ok { $row.output.total | math sum } }
    | select id ok records failed total duration peak_memory
)

if not ($results | all {|row| $row.ok }) {
    error make --unspanned { msg: "an agent failed on tests/data/orders.json", help: "read the `error` of the rows above" }
}

let plugin = $env.FLOW_PLUGIN
print $"
The workspaces are in ($env.FLOW_DATA_DIR); delete .tools/quickstart to be rid of them.
To have flow in your own Nushell, run there:
  plugin add ($plugin)
  plugin use flow"
