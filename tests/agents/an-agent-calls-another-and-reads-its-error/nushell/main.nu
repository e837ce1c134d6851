# Calls the agent that it is told.
def handle [task: record] {
    try {
        { answer: ($task.value | flow call $task.agent) }
    } catch {|error|
        if $task.agent != "echo" { error make --unspanned { msg: $error.msg } }
        { error: ($error.msg | lines | first) }
    }
}
