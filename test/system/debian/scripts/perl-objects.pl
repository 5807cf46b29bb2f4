# programs: perl
# packages: perl

use strict;
package Shape { sub new { my ($c, %a) = @_; bless {%a}, $c } sub area { 0 } sub DESTROY { print "gone ", ref shift, "\n" } }
package Circle { our @ISA = "Shape"; sub area { my $s = shift; 3 * $s->{r} ** 2 } }
package main;
{ my $c = Circle->new(r => 2); print $c->area, " ", $c->isa("Shape") ? 1 : 0, "\n"; }
eval { die {code => 5} };
print $@->{code}, "\n";
eval { Shape->nope };
print $@;
my $f = do { my $n = 0; sub { ++$n } };
$f->() for 1..3;
print $f->(), "\n";
sub fact { my $n = shift; $n < 2 ? 1 : $n * fact($n - 1) }
print fact(15), "\n";
local $SIG{__WARN__} = sub { print "warned: @_" };
warn "careful\n";
use List::Util qw(sum max first shuffle reduce);
print sum(1..10), max(3, 9), first { $_ > 3 } 1..9;
print "\n";
use POSIX qw(floor strftime fmod);
print floor(-1.5), fmod(7, 3), strftime("%F", gmtime(0)), "\n";
use Data::Dumper;
$Data::Dumper::Sortkeys = $Data::Dumper::Indent = 1;
print Dumper({a => [1, undef]});
