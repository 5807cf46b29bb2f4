// The shell script that becomes process 1 of a fresh set of Linux namespaces and runs one riscv64 command in a root
// under QEMU's user emulation. The kernel hands every riscv64 ELF file, however it is started, to QEMU through a
// binfmt_misc table that belongs to this user namespace alone (Linux 6.7 or newer), so the machine's own table stays
// as it was, and the files in the root are exactly those of Debian. Everything written is in memory and goes with the
// namespaces.
//
// Rules of use: descriptor 3 is a two-way channel to the parent. The script writes `ready`, waits for a line (by when
// the parent has mapped the users), and at the end writes `status N`, N as in a shell: 128 plus a signal's number.
// A line `failed ...` on it means that the sandbox itself could not be made.

/** binfmt_misc's description of a little-endian 64-bit RISC-V ELF program, statically linked or not (executable, or
 * shared object: type 2 or 3). Flags: F opens QEMU now, so it need not be in the root; P passes argument 0 on. */
const ELF_MAGIC = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xf3\x00`;
const ELF_MASK = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;

/** Parameters: QEMU's path, the root, a directory of files to add, the file with standard input, the working
 * directory, then the command. */
export const SANDBOX_SCRIPT = String.raw`
fail() { echo "failed $1" >&3; exit 1; }
qemu=$1 root=$2 files=$3 input=$4 directory=$5
shift 5
echo ready >&3
read -r go <&3
umask 022
ulimit -c 0
hostname polykernel
mount --make-rprivate / || fail 'making mounts private'
mount -t proc proc /proc || fail 'mounting /proc'
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc || fail 'mounting binfmt_misc (Linux 6.7 or newer is needed)'
printf '%s' ':riscv64:M::${ELF_MAGIC}:${ELF_MASK}:'"$qemu"':FP' >/proc/sys/fs/binfmt_misc/register \
  || fail 'registering QEMU with binfmt_misc'
mount -t tmpfs -o mode=755 tmpfs /mnt || fail 'mounting a memory file system'
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o "userxattr,lowerdir=$root,upperdir=/mnt/upper,workdir=/mnt/work" overlay /mnt/root \
  || fail 'mounting an overlay'
cd /mnt/root
mount -t proc proc proc
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom; do
  : >dev/$device
  mount --bind /dev/$device dev/$device || fail "binding /dev/$device"
done
mkdir -m 1777 dev/shm
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
cp -a "$files/." . || fail 'adding files'
# All three standard streams are pipes. The shell's own words about a signal ("Killed") must not reach them.
{
  cat "$input" | {
    (
      exec 2>&6
      for number in /proc/self/fd/*; do
        number=$(basename "$number")
        [ "$number" -le 2 ] || eval "exec $number>&-"
      done
      exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
        setsid unshare --root=/mnt/root --wd="$directory" "$@"
    )
    echo "status $?" >&3
  } 6>&1 >&5 2>/dev/null | cat >&2
} 5>&1 | cat
`;
