import { describe, expect, it } from 'vitest';
import { linkAlternatives, readAlternatives } from '../../../../src/host/node/debian/alternatives.ts';
import { FileTree } from '../../../../src/host/node/debian/tree.ts';

const attributes = { mode: 0o755, uid: 0, gid: 0, time: 7 };

function treeWith(...paths: readonly string[]): FileTree {
  const tree = new FileTree();
  for (const path of paths) tree.set(path, { kind: 'file', content: Buffer.from(path), ...attributes });
  return tree;
}

describe('alternatives', () => {
  it('reads a command over several lines, with what follows it', () => {
    const script = `if [ "$1" = configure ]; then
  update-alternatives --quiet --install /usr/bin/awk awk /usr/bin/mawk 5 \\
    --slave /usr/share/man/man1/awk.1.gz awk.1.gz "/usr/share/man/man1/mawk.1.gz" >/dev/null || true
fi
# update-alternatives --install /usr/bin/x x /usr/bin/y 1
update-alternatives --remove awk /usr/bin/awk`;
    expect(readAlternatives(script)).toEqual({
      offers: [
        {
          link: '/usr/bin/awk',
          name: 'awk',
          path: '/usr/bin/mawk',
          priority: 5,
          followers: [
            { link: '/usr/share/man/man1/awk.1.gz', name: 'awk.1.gz', path: '/usr/share/man/man1/mawk.1.gz' },
          ],
        },
      ],
      unread: [],
    });
  });

  it('follows constants and loops, and forgets the loop after it', () => {
    const script = `base=/usr/lib/jvm
tools='java keytool'
for tool in $tools jar; do
  update-alternatives --install /usr/bin/$tool $tool \${base}/bin/$tool 21 $unset
done
update-alternatives --install /usr/bin/$tool t /bin/t 1`;
    const { offers, unread } = readAlternatives(script);
    expect(offers.map(({ name, path }) => `${name} ${path}`)).toEqual([
      'java /usr/lib/jvm/bin/java',
      'keytool /usr/lib/jvm/bin/keytool',
      'jar /usr/lib/jvm/bin/jar',
    ]);
    expect(unread).toEqual(['update-alternatives --install /usr/bin/$tool t /bin/t 1']);
  });

  it('says which command only running the script would tell', () => {
    const script = 'p=$(cat priority)\nupdate-alternatives --install /usr/bin/a a /usr/bin/b $p';
    expect(readAlternatives(script)).toEqual({
      offers: [],
      unread: ['update-alternatives --install /usr/bin/a a /usr/bin/b $p'],
    });
  });

  it('links the best offer whose file is there', () => {
    const tree = treeWith('usr/bin/mawk', 'usr/bin/gawk');
    const offer = { link: '/usr/bin/awk', name: 'awk', followers: [] };
    const offers = [
      { ...offer, path: '/usr/bin/gawk', priority: 10 },
      { ...offer, path: '/usr/bin/original-awk', priority: 50 },
      { ...offer, path: '/usr/bin/mawk', priority: 5 },
    ];
    expect(linkAlternatives(tree, offers, 9)).toEqual([
      { link: '/usr/bin/awk', name: 'awk', path: '/usr/bin/gawk' },
    ]);
    expect(tree.get('etc/alternatives/awk')).toMatchObject({
      kind: 'symlink',
      target: '/usr/bin/gawk',
      time: 9,
    });
    expect(tree.follow('usr/bin/awk')).toMatchObject({ kind: 'file', content: Buffer.from('usr/bin/gawk') });
  });
});
