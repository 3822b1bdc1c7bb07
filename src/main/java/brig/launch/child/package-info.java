/**
 * Children that run one program, confined, with three descriptors and nothing else of their
 * parent's: the jobs of the hole, the CGI programs of the web server.
 */
@org.jspecify.annotations.NullMarked
package brig.launch.child;
