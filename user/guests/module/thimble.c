// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * What a Linux guest has of Thimble: for each node "thimble,signal" of the device tree a
 * device /dev/thimbleN, where N is its interrupt line.
 *
 *   read    waits until there has been a signal; gives how many there were, in 4 bytes
 *   poll    likewise
 *   write   signals the other side, whatever is written
 *   mmap    the memory that the VM shares with the other side
 *
 * Any process may open it to map and to write. The first one that reads or polls is its
 * reader, until it closes.
 *
 * A line that is urgent lifts the vCPU to its normal priority. A reader that it wakes is
 * *awake* until it comes to read or poll again and finds nothing. When no reader is awake any
 * more, the vCPU is lowered. So a real-time task is one that waits for its device and does its
 * work in between; all else in this guest runs at the vCPU's low priority.
 */
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/poll.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

/* docs/hypercalls.md */
#define SIGNAL 3
#define VCPU_LOWER 24

/* The number is the instruction's immediate. Registers that are no results stay. */
#define hypercall(number, argument)                                         \
    ({                                                                      \
        register u32 r0 asm("r0") = (argument);                             \
        asm volatile(".arch_extension virt\n\thvc %1"                       \
                     : "+r"(r0) : "i"(number) : "memory");                  \
        r0;                                                                 \
    })

struct thimble {
    struct miscdevice misc;
    char name[16];
    struct resource *memory; /* or NULL */
    u32 answer;              /* what write signals: a slot of the VM's cell; 0: nothing */
    bool urgent;
    bool awake;
    const struct file *reader; /* or NULL */
    u32 count;                 /* signals that came, */
    u32 seen;                  /* and that reads have given */
    wait_queue_head_t wait;
};

static DEFINE_RAW_SPINLOCK(lock); /* of the fields from `awake` on, and of this: */
static u32 all_awake;

/* With the lock, so interrupts are off: of one that comes now the line is still pending at
 * the hypercall, which does nothing then. */
static void rest(struct thimble *t)
{
    if (t->awake) {
        t->awake = false;
        all_awake--;
    }
    if (t->urgent && all_awake == 0) {
        hypercall(VCPU_LOWER, 0);
    }
}

static irqreturn_t woken(int irq, void *data)
{
    struct thimble *t = data;

    wake_up_interruptible(&t->wait);
    return IRQ_HANDLED;
}

static irqreturn_t signalled(int irq, void *data)
{
    struct thimble *t = data;
    unsigned long flags;

    raw_spin_lock_irqsave(&lock, flags);
    t->count++;
    if (!t->reader) {
        rest(t);
    } else if (t->urgent && !t->awake) {
        t->awake = true;
        all_awake++;
    }
    raw_spin_unlock_irqrestore(&lock, flags);
    /* With PREEMPT_RT wait queues are not for interrupt handlers. */
    return IS_ENABLED(CONFIG_PREEMPT_RT) ? IRQ_WAKE_THREAD : woken(irq, data);
}

/* Has the reader something to see? If not, it rests. */
static int look(struct thimble *t, const struct file *file)
{
    unsigned long flags;
    int found;

    raw_spin_lock_irqsave(&lock, flags);
    if (!t->reader) {
        t->reader = file;
    }
    if (t->reader != file) {
        found = -EBUSY;
    } else {
        found = t->count != t->seen;
        if (!found) {
            rest(t);
        }
    }
    raw_spin_unlock_irqrestore(&lock, flags);
    return found;
}

static struct thimble *thimble_of(const struct file *file)
{
    return container_of(file->private_data, struct thimble, misc);
}

static int thimble_release(struct inode *inode, struct file *file)
{
    struct thimble *t = thimble_of(file);
    unsigned long flags;

    raw_spin_lock_irqsave(&lock, flags);
    if (t->reader == file) {
        t->reader = NULL;
        rest(t);
    }
    raw_spin_unlock_irqrestore(&lock, flags);
    return 0;
}

static ssize_t thimble_read(struct file *file, char __user *to, size_t size, loff_t *at)
{
    struct thimble *t = thimble_of(file);
    u32 count;
    int found;

    if (size < sizeof(count)) {
        return -EINVAL;
    }
    while ((found = look(t, file)) == 0) {
        if (file->f_flags & O_NONBLOCK) {
            return -EAGAIN;
        }
        if (wait_event_interruptible(t->wait, READ_ONCE(t->count) != READ_ONCE(t->seen))) {
            return -ERESTARTSYS;
        }
    }
    if (found < 0) {
        return found;
    }
    count = READ_ONCE(t->count) - t->seen;
    t->seen += count;
    return copy_to_user(to, &count, sizeof(count)) ? -EFAULT : sizeof(count);
}

static __poll_t thimble_poll(struct file *file, poll_table *table)
{
    struct thimble *t = thimble_of(file);
    int found;

    poll_wait(file, &t->wait, table);
    found = look(t, file);
    return found < 0 ? EPOLLERR : found ? EPOLLIN | EPOLLRDNORM : 0;
}

static ssize_t thimble_write(struct file *file, const char __user *from, size_t size, loff_t *at)
{
    struct thimble *t = thimble_of(file);

    if (t->answer == 0) {
        return -EOPNOTSUPP;
    }
    return hypercall(SIGNAL, t->answer) == 0 ? size : -EIO;
}

/* Cached, as the other side has it. */
static int thimble_mmap(struct file *file, struct vm_area_struct *vma)
{
    struct thimble *t = thimble_of(file);

    if (!t->memory) {
        return -ENODEV;
    }
    return vm_iomap_memory(vma, t->memory->start, resource_size(t->memory));
}

static const struct file_operations thimble_operations = {
    .owner = THIS_MODULE,
    .release = thimble_release,
    .read = thimble_read,
    .write = thimble_write,
    .poll = thimble_poll,
    .mmap = thimble_mmap,
    .llseek = no_llseek,
};

static int thimble_probe(struct platform_device *device)
{
    struct device_node *node = device->dev.of_node;
    struct thimble *t = devm_kzalloc(&device->dev, sizeof(*t), GFP_KERNEL);
    u32 line;
    int irq;
    int error;

    if (!t) {
        return -ENOMEM;
    }
    init_waitqueue_head(&t->wait);
    t->memory = platform_get_resource(device, IORESOURCE_MEM, 0);
    t->urgent = of_property_read_bool(node, "thimble,urgent");
    of_property_read_u32(node, "thimble,answer", &t->answer);
    error = of_property_read_u32(node, "thimble,line", &line);
    if (error) {
        return error;
    }
    irq = platform_get_irq(device, 0);
    if (irq < 0) {
        return irq;
    }
    /* Who is awake is known before any other reader can ask to have the vCPU lowered. */
    error = devm_request_threaded_irq(&device->dev, irq, signalled, woken, IRQF_NO_THREAD,
                                      "thimble", t);
    if (error) {
        return error;
    }
    snprintf(t->name, sizeof(t->name), "thimble%u", line);
    t->misc = (struct miscdevice){.minor = MISC_DYNAMIC_MINOR,
                                  .name = t->name,
                                  .fops = &thimble_operations,
                                  .parent = &device->dev};
    platform_set_drvdata(device, t);
    return misc_register(&t->misc);
}

static int thimble_remove(struct platform_device *device)
{
    struct thimble *t = platform_get_drvdata(device);

    misc_deregister(&t->misc);
    return 0;
}

/* No MODULE_DEVICE_TABLE, by which it would be loaded automatically: when Debian's modpost for
 * amd64 looks at a module for ARM, it takes the size of such a table's elements for wrong. */
static const struct of_device_id thimble_nodes[] = {{.compatible = "thimble,signal"}, {}};

static struct platform_driver thimble_driver = {
    .probe = thimble_probe,
    .remove = thimble_remove,
    .driver = {.name = "thimble", .of_match_table = thimble_nodes},
};
module_platform_driver(thimble_driver);

MODULE_DESCRIPTION("Signals and shared memory of the Thimble hypervisor");
MODULE_LICENSE("Dual BSD/GPL");
