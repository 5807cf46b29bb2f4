// Settles what Debian's installation scripts would: the users and groups, the files that the first boot expects, and
// a few that name this machine. Contents come from the packages' own masters wherever they have one.
import type { FileTree } from './tree.ts';

/** Files that a package ships as a master, and where its installation script copies it. */
const MASTERS: readonly (readonly [master: string, place: string])[] = [
  ['usr/share/base-passwd/passwd.master', 'etc/passwd'],
  ['usr/share/base-passwd/group.master', 'etc/group'],
  ['usr/share/base-files/profile', 'etc/profile'],
  ['usr/share/base-files/dot.profile', 'root/.profile'],
  ['usr/share/base-files/dot.bashrc', 'root/.bashrc'],
  ['usr/share/base-files/motd', 'etc/motd'],
  ['usr/share/libc-bin/nsswitch.conf', 'etc/nsswitch.conf'],
];

/** Directories every Linux root has; the first four are mount points. */
const DIRECTORIES: readonly (readonly [path: string, mode: number])[] = [
  ['proc', 0o755],
  ['sys', 0o755],
  ['dev', 0o755],
  ['run', 0o755],
  ['run/lock', 0o1777],
  ['tmp', 0o1777],
  ['var/tmp', 0o1777],
  ['root', 0o700],
  ['home', 0o755],
  ['etc', 0o755],
  ['etc/opt', 0o755],
  ['mnt', 0o755],
  ['media', 0o755],
  ['opt', 0o755],
  ['srv', 0o755],
  ['usr/local/bin', 0o755],
];

/** Files written here, when no package brings them. */
const FILES: readonly (readonly [path: string, content: string])[] = [
  ['etc/hostname', 'polykernel\n'],
  ['etc/hosts', '127.0.0.1\tlocalhost polykernel\n::1\tlocalhost ip6-localhost ip6-loopback\n'],
  ['etc/resolv.conf', 'nameserver 127.0.0.1\n'],
  ['etc/fstab', ''],
  [
    'etc/passwd',
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  ],
  ['etc/group', 'root:x:0:\nnogroup:x:65534:\n'],
  ['etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'],
];

/** Links that the scripts make, each if its target is there (a target in /run or /proc appears at boot). */
const LINKS: readonly (readonly [path: string, target: string])[] = [
  ['var/run', '/run'],
  ['var/lock', '/run/lock'],
  ['etc/mtab', '../proc/self/mounts'],
  ['etc/localtime', '/usr/share/zoneinfo/Etc/UTC'],
];

/** Completes `tree`; every file made here has the modification time `time` (seconds since 1970). */
export function settle(tree: FileTree, time: number): void {
  const owner = { uid: 0, gid: 0, time };
  for (const [path, mode] of DIRECTORIES) {
    if (tree.follow(path) === undefined) tree.set(path, { kind: 'directory', mode, ...owner });
  }
  for (const [master, place] of MASTERS) {
    const file = tree.follow(master);
    if (file?.kind === 'file' && tree.get(place) === undefined) {
      tree.set(place, { kind: 'file', content: file.content, mode: 0o644, ...owner });
    }
  }
  giveRootAShell(tree);
  for (const [path, text] of [...FILES, ['etc/shells', shells(tree)] as const]) {
    if (tree.get(path) !== undefined) continue;
    tree.set(path, { kind: 'file', content: Buffer.from(text), mode: 0o644, ...owner });
  }
  for (const [path, target] of LINKS) {
    const appearsAtBoot = !target.startsWith('/usr/');
    if (!appearsAtBoot && tree.follow(target) === undefined) continue;
    tree.remove(path);
    tree.set(path, { kind: 'symlink', target, mode: 0o777, ...owner });
  }
}

/** Debian's master gives the superuser bash, which a small root may lack. */
function giveRootAShell(tree: FileTree): void {
  const users = tree.get('etc/passwd');
  if (users?.kind !== 'file' || tree.follow('bin/bash') !== undefined) return;
  const text = users.content.toString('utf8').replace(/^(root:.*):\/bin\/bash$/m, '$1:/bin/sh');
  tree.set('etc/passwd', { ...users, content: Buffer.from(text) });
}

/** The login shells that packages declare under /usr/share/debianutils/shells.d (update-shells(8)). */
function shells(tree: FileTree): string {
  const declared = tree.entries().flatMap(([path, inode]) => {
    const isDeclaration = path.startsWith('usr/share/debianutils/shells.d/') && inode.kind === 'file';
    return isDeclaration ? (inode.content.toString('utf8').match(/^\/\S+/gm) ?? []) : [];
  });
  const names = new Set([
    '/bin/sh',
    '/usr/bin/sh',
    ...declared.flatMap((path) => [path, path.replace(/^\/usr/, '')]),
  ]);
  return `# /etc/shells: valid login shells\n${[...names].map((name) => `${name}\n`).join('')}`;
}
