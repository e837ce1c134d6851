# The main job, step by step with its tables. Run by `quickstart.sh`.

def show [command: string, table: any] {
    print $"(ansi green)> ($command)(ansi reset)"
    print ($table | table --expand)
}

let orders = open tests/data/orders.json

let workspaces = flow provision rust 3
show "flow provision rust 3" $workspaces

let artifacts = $workspaces | flow build
show "… | flow build" $artifacts

let results = $artifacts | flow eval $orders
show "… | flow eval (open tests/data/orders.json)" $results

if not ($results | all {|row| $row.ok }) {
    error make --unspanned { msg: "an agent failed on tests/data/orders.json", help: "read the `output` of the rows above" }
}

let plugin = $env.FLOW_PLUGIN
print $"
The workspaces are in ($env.FLOW_DATA_DIR); delete .tools/quickstart to be rid of them.
To have flow in your own Nushell, run there:
  plugin add ($plugin)
  plugin use flow"
