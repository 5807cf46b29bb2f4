# programs: perl + perl
# packages: perl

use strict;
$| = 1;
my @g;
$SIG{$_} = sub { push @g, shift }
for qw(USR1 USR2 TERM HUP);
kill $_, $$ for qw(USR1 USR2 TERM HUP);
print "@g\n";
$SIG{ALRM} = sub { die "alarm\n" };
eval { alarm 1; sleep 5; };
print $@;
$SIG{CHLD} = sub { print "child gone\n" };
my $p = fork;
exit 3 if !$p;
1 while waitpid($p, 0) != $p && $!{EINTR};
print $? >> 8, "\n";
$SIG{CHLD} = "DEFAULT";
$SIG{PIPE} = "IGNORE";
pipe my $r, my $w;
close $r;
syswrite($w, "x") // print "$!\n";
my $k = fork;
if (!$k) { $SIG{INT} = "DEFAULT"; sleep 10; exit }
select undef, undef, undef, 0.1;
kill INT => $k;
waitpid $k, 0;
print $? & 127, "\n";
$SIG{TERM} = "DEFAULT";
print "ending\n";
kill TERM => $$;
sleep 1;
print "never\n";
