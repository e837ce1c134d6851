# What no integer of Nushell can hold is an error that says where it is.

export def input []: nothing -> list<any> { [1] }

export def expected [language: string]: nothing -> list<any> {
    [{ fails: (if $language == nushell { 'main\.nu:4:' } else { 'answer\.large' }) }]
}
