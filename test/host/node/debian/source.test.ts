import { describe, expect, it } from 'vitest';
import { chooseDebianArchive, parseLines, parseStanzas } from '../../../../src/host/node/debian/source.ts';
import { DebianToolError } from '../../../../src/host/node/debian/tool.ts';

const STANZAS = `# comment
Types: deb deb-src
URIs: http://mirror.example/debian http://second.example/debian
Suites: bookworm bookworm-updates
# comment inside
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main
`;

describe('apt sources', () => {
  it('reads deb822 stanzas, with embedded keys and without disabled ones', () => {
    expect(parseStanzas(STANZAS)).toEqual([
      {
        uri: 'http://mirror.example/debian',
        suites: ['bookworm', 'bookworm-updates'],
        components: ['main', 'contrib'],
        signedBy: '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----',
        acceptance: {},
      },
    ]);
  });

  it('reads one-line sources with options', () => {
    const text = `deb [arch=amd64,riscv64 signed-by=/k/a.gpg trusted=yes] file:/srv/debian trixie main # here
deb-src http://mirror.example/debian trixie main
# deb http://mirror.example/debian sid main
deb http://mirror.example/debian/ trixie main contrib`;
    expect(parseLines(text)).toEqual([
      {
        uri: 'file:/srv/debian',
        suites: ['trixie'],
        components: ['main'],
        signedBy: '/k/a.gpg',
        acceptance: { trusted: 'yes' },
      },
      {
        uri: 'http://mirror.example/debian/',
        suites: ['trixie'],
        components: ['main', 'contrib'],
        acceptance: {},
      },
    ]);
  });

  it("prefers Debian's own archive to another vendor's and to the security archive", () => {
    const text = `deb http://vendor.example/apt bookworm main
deb http://mirror.example/debian-security bookworm-security main
deb http://mirror.example/debian bookworm main
deb http://mirror.example/debian bookworm-backports main`;
    expect(chooseDebianArchive(parseLines(text)).uri).toBe('http://mirror.example/debian');
    expect(() => chooseDebianArchive(parseLines('deb http://vendor.example/ubuntu noble main'))).toThrow(
      DebianToolError,
    );
  });
});
