# Calls the agent that it is told, and says who does.
def handle [task: record<to: string, value: int>] {
    { from: nushell, answer: ($task.value | flow call $task.to) }
}
