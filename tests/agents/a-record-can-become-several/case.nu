# A record becomes as many results as it says, in their order.

export def input []: nothing -> list<any> { [3 1 0 2] }

export def expected [_language: string]: nothing -> list<any> { [0 1 2 0 0 1] }
