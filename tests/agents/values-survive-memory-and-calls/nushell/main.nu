# Keeps a value, reads it again, and has another agent give it back.
def handle [value: any] {
    flow memory set values kept $value
    { kept: (flow memory get values kept), called: ($value | flow call echo) }
}
