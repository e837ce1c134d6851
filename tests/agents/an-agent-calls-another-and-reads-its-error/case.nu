# needs: engine:javascript
# An agent calls another by the name under which it was granted. It reads its
# answer, several answers as a list, and its error; an agent that was not granted
# is refused.

const callee = path self callee.js

export def flags []: nothing -> record { { allow-agent: $"echo=($callee)" } }

export def input []: nothing -> list<any> {
    [
        { agent: echo, value: { text: "Zoë", list: [1 2.5 null] } }
        { agent: echo, value: "bad" }
        { agent: echo, value: "several" }
        { agent: echo, value: "none" }
        { agent: nobody, value: 1 }
        { agent: echo, value: null }
    ]
}

export def expected [_language: string]: nothing -> list<any> {
    [
        { answer: { text: "Zoë", list: [1 2.5 null] } }
        { error: "echo: RangeError: no bad values" }
        { answer: [1 2 3] }
        { answer: [] }
        { fails: '(?s)not granted: calling the agent `nobody`.*--allow-agent nobody' }
        { answer: null }
    ]
}
