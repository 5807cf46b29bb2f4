# programs: perl + sort + seq
# packages: perl, coreutils

use strict;
$| = 1;
pipe my $r, my $w;
my $p = fork;
if (!$p) { close $r; print $w "child says $_\n" for 1..2; exit 5 }
close $w;
print while <$r>;
waitpid $p, 0;
print $? >> 8, "\n";
for my $n (1..3) { my $k = fork // die; exit $n if !$k; waitpid $k, 0; print $? >> 8, " " }
print "\n";
print wait, " ", $!+0, "\n";
my $k = fork;
if (!$k) { kill 9, $$; sleep 5 }
waitpid $k, 0;
print $? & 127, "\n";
my @o = qx(seq 3);
print "got @o";
print system("sh", "-c", "exit 3") >> 8, " ", system("true"), "\n";
open my $c, "-|", "sort", "-r", "/etc/shells" or die;
my $n = 0;
$n++ while <$c>;
close $c;
print $n > 0 ? "lines\n" : "none\n";
open $c, "|-", "tr a-z A-Z";
print $c "piped out\n";
close $c;
if (!fork) { exec "echo", "replaced" }
wait;
print "last $?\n";
print system("/nonexistent"), " $!\n";
my $q = open my $kid, "-|";
if (!$q) { print "implicit\n"; exit }
print <$kid>;
