module agent/{{name}}

go 1.24

require flow v0.0.0

replace flow => ./.flow/sdk/go
