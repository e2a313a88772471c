# Text as conditions compare it. Keep in step with src/packages/domain/condition/letters.ts and shared-pattern.ts.

# Letters whose case JavaScript, .NET and Windows agree on, as they stand in a character class.
function Get-CasedLetter {
    return 'A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00fe\u0100-\u012f\u0132-\u0137\u0139-\u0148\u014a-\u0177\u0179-\u017e' +
        '\u0391-\u03a1\u03a3-\u03a9\u03b1-\u03c1\u03c3-\u03c9\u0400-\u045f'
}

# Those letters in upper case. Not the whole text: about other letters the two sides may differ.
function ConvertTo-FoldedText([string]$Text) {
    return [regex]::Replace($Text, '[' + (Get-CasedLetter) + ']+', [Text.RegularExpressions.MatchEvaluator] {
            param($letters)
            $letters.Value.ToUpperInvariant()
        })
}

# Before a pattern is searched, every kind of space is a blank and what the two sides see differently is U+FFFD.
function ConvertTo-PlainText([string]$Text) {
    $space = '[\u0000-\u001f\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]'
    $plain = [regex]::Replace($Text, $space, ' ')
    return [regex]::Replace($plain, '[^ -~' + (Get-CasedLetter) + ']', [string][char]0xFFFD)
}

# ECMAScript: \d, \w and \s mean ASCII, as in JavaScript. Throws when it takes longer than half a second.
function Test-Pattern([string]$Text, [string]$Pattern) {
    $options = [Text.RegularExpressions.RegexOptions]'ECMAScript, IgnoreCase, CultureInvariant'
    $regex = New-Object Text.RegularExpressions.Regex $Pattern, $options, ([TimeSpan]::FromMilliseconds(500))
    return $regex.IsMatch((ConvertTo-PlainText $Text))
}
