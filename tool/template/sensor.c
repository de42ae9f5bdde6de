/* A server: it runs when it is called, on its caller's time. */
#include "thimble.h"
#include "time.h"

#include "parts.h"

PROGRAM(sensor)
{
    uint32_t value = 20;
    struct message m;

    (void)thimble_first(&m);
    for (;;) {
        struct message answer = {.tag = THIMBLE_TAG(SENSOR_REFUSED, 0)};
        if (m.tag == THIMBLE_TAG(SENSOR_READ, 0)) {
            thimble_compute(2000); /* in the simulator, work takes time where you say so */
            value++;
            answer = (struct message){.tag = THIMBLE_TAG(SENSOR_VALUE, 1), .word = {value}};
        }
        m = answer;
        (void)thimble_reply_recv(&m);
    }
}
