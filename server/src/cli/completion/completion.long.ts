import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { commands } from '../commands.ts'
import { starts } from '../starts.ts'
import { completionScript } from './completion-script.ts'

const folder = mkdtempSync(join(tmpdir(), 'tonegate-completion-'))
after(() => rmSync(folder, { recursive: true }))
for (const shell of ['bash', 'zsh', 'fish'])
  writeFileSync(join(folder, shell), completionScript(shell, commands))
writeFileSync(join(folder, 'my settings.json'), '')

const firsts = [...new Set([...starts, ...commands].map(({ name }) => name.split(' ')[0] ?? ''))]
const verbsOf = (noun: string) =>
  commands.filter(({ name }) => name.startsWith(`${noun} `)).map(({ name }) => name.slice(noun.length + 1))
const regions = ['nam', 'emea', 'apac']

/** What a shell offers behind each of several lines of words, the last of which is begun or empty. */
type Offers = (lines: readonly (readonly string[])[]) => readonly (readonly string[])[]

const bash: Offers = (lines) =>
  offeredBy('bash', [
    `source '${join(folder, 'bash')}'`,
    ...lines.map(
      (words) =>
        `COMP_WORDS=(tonegate ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_tonegate; echo ::; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ),
  ])

const fish: Offers = (lines) =>
  offeredBy('fish', [
    `source '${join(folder, 'fish')}'`,
    ...lines.map((words) => `echo ::; complete -C 'tonegate ${words.join(' ')}'`),
  ])

function offeredBy(shell: string, script: readonly string[]): readonly (readonly string[])[] {
  const env = { ...process.env, HOME: folder }
  const said = execFileSync(shell, ['-c', script.join('\n')], { cwd: folder, encoding: 'utf8', env })
  const [, ...each] = said.split('::\n')
  return each.map((text) => linesOf(text).map((line) => line.split('\t')[0] ?? ''))
}

const offeredByBash = (...words: readonly string[]) => bash([words])[0]

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '')

const missing = (shell: string) =>
  spawnSync(shell, ['--version']).status === 0 ? false : `${shell} is not installed`

for (const [shell, offers] of [
  ['bash', bash],
  ['fish', fish],
] as const) {
  test(`${shell} completes commands, their options, and what those take`, { skip: missing(shell) }, () => {
    const expected: (readonly [words: readonly string[], offered: readonly string[]])[] = [
      [[''], firsts],
      ...['client', 'audit', 'provider-flow'].map((noun) => [[noun, ''], verbsOf(noun)] as const),
      [
        ['serve', '--'],
        ['--role', '--help'],
      ],
      [
        ['user', 'create', 'bob', '--licence', ''],
        ['agent', 'supervisor', 'administrator'],
      ],
      [
        ['completion', ''],
        ['bash', 'zsh', 'fish'],
      ],
      ...commands.flatMap(({ name, options }) => [
        [[...name.split(' '), '--region', ''], regions] as const,
        [
          [...name.split(' '), '--'],
          [...Object.keys(options), 'region', 'json'].map((each) => `--${each}`),
        ] as const,
      ]),
    ]
    const offered = offers(expected.map(([words]) => words))
    for (const [index, [words, those]] of expected.entries())
      for (const word of those)
        assert.ok(offered[index]?.includes(word), `${words.join(' ')}: ${word} of ${offered[index]}`)
    assert.deepEqual(
      offers([
        ['client', 'cr'],
        ['user', 'list', '--account', ''],
      ]),
      [['create'], []],
      'and nothing where a name is to stand',
    )
  })
}

test('bash offers files where a file is to stand, values behind =, and no option twice', () => {
  assert.deepEqual(offeredByBash('backup', 'verify', 'my'), ['my settings.json'])
  assert.deepEqual(offeredByBash('gateway', 'put', 'bank', '--settings', 'my'), ['my settings.json'])
  assert.deepEqual(offeredByBash('account', 'list', '--region', '=', 'e'), ['emea'])
  assert.deepEqual(offeredByBash('account', 'list', '--region', '='), regions)
  assert.ok(!offeredByBash('account', 'list', '--json', '--')?.includes('--json'))
  assert.ok(
    offeredByBash('client', 'create', 'x', '--flow', 'password', '--')?.includes('--flow'),
    'it may be repeated',
  )
  assert.deepEqual(offeredByBash('clients', 'list', ''), [])
})

test('zsh completes a line by the tabulator', { skip: missing('zsh') }, () => {
  for (const [keys, line] of [
    ['tonegate cli\\t', 'tonegate client '],
    ['tonegate client cr\\t', 'tonegate client create '],
    ['tonegate user create bob --lic\\tag\\t', 'tonegate user create bob --licence=agent '],
    ['tonegate account list --region em\\t', 'tonegate account list --region emea '],
    ['tonegate completion fi\\t', 'tonegate completion fish '],
    ['tonegate backup verify my\\t', 'tonegate backup verify my\\ settings.json '],
  ] as const)
    assert.equal(lineInZsh(keys), line)
})

/** Presses the keys in a shell of its own, and reads what stands in its line then. */
function lineInZsh(keys: string): string {
  const script = `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1= RPS1=; cd '${folder}'; autoload -U compinit; compinit -D -u; source ./zsh; show() { print -r -- \\"<<\\$BUFFER>>\\"; exit }; zle -N show; bindkey '^X' show; print be''gun"
zpty -r shell said '*begun*'
zpty -w -n shell $'${keys}'$'\\x18'
zpty -r shell said '*<<*>>*'
print -r -- "$said"`
  const said = execFileSync('zsh', ['-f', '-c', script], { encoding: 'utf8', timeout: 20_000 })
  return /<<(.*)>>/.exec(said)?.[1] ?? said
}
