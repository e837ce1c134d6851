# Counts the records.
$env.records = 0

def --env handle [record: string] {
    $env.records += 1
    $env.records
}
