# needs: devcontainer, node
# The tool asks `docker` for running containers before it reads anything: here there are none.
use std/assert

"#!/bin/sh\nexit 0\n" | save docker
chmod +x docker
let docker = "docker" | path expand

for template in (flow template list) {
    let parts = flow template show $template.name | get parts
    for with in [[] $parts.name] {
        flow template add $template.name --with $with
        let file = $".devcontainer/flow-($template.name)/devcontainer.json"
        let read = devcontainer read-configuration --workspace-folder . --config $file --docker-path $docker
            | complete
        assert equal $read.exit_code 0 $read.stderr
        let read = $read.stdout | from json
        let written = open $file
        # What the tool knows of the file is all that is in it.
        assert equal ($read.configuration | reject configFilePath) $written
        let installed = $parts | where container != null and name in $with | get name
        let hooks = $written.postCreateCommand? | default {} | columns
        assert ($installed | all {|part| $part in $hooks }) $"($template.name): ($installed) in ($hooks)"
    }
}
