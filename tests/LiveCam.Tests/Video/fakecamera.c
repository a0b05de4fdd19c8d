// A camera in user space, for LD_PRELOAD: /dev/video7 answers the V4L2 calls that OpenCV makes and delivers 320x240 YUYV pictures,
// as many as LIVECAM_TEST_FRAMES says; after that it is unplugged (ENODEV). Picture n is grey, brightness 40 + 10 * (n % 16).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH = 320, HEIGHT = 240, BYTES = WIDTH * HEIGHT * 2, PAGES = (BYTES + 4095) & ~4095, BUFFERS = 4 };

static int camera = -1;
static unsigned char *memory;
static unsigned queued[64], head, tail, delivered;

static int plug(const char *path)
{
    if (!path || strcmp(path, "/dev/video7"))
        return -2;
    if (delivered)
    {
        errno = ENOENT;
        return -1;
    }
    camera = memfd_create("camera", 0);
    if (ftruncate(camera, (off_t)PAGES * BUFFERS))
        return -1;
    memory = mmap(0, (size_t)PAGES * BUFFERS, PROT_READ | PROT_WRITE, MAP_SHARED, camera, 0);
    return camera;
}

#define OPEN(NAME)                                                              \
    int NAME(const char *path, int flags, ...)                                  \
    {                                                                           \
        va_list list;                                                           \
        va_start(list, flags);                                                  \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(list, mode_t) : 0; \
        va_end(list);                                                           \
        int fd = plug(path);                                                    \
        if (fd != -2)                                                           \
            return fd;                                                          \
        int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, #NAME);          \
        return real(path, flags, mode);                                         \
    }
OPEN(open)
OPEN(open64)

static void describe(struct v4l2_pix_format *pix)
{
    memset(pix, 0, sizeof *pix);
    pix->width = WIDTH;
    pix->height = HEIGHT;
    pix->pixelformat = V4L2_PIX_FMT_YUYV;
    pix->field = V4L2_FIELD_NONE;
    pix->bytesperline = WIDTH * 2;
    pix->sizeimage = BYTES;
    pix->colorspace = V4L2_COLORSPACE_SRGB;
}

static int refuse(int reason)
{
    errno = reason;
    return -1;
}

static int dequeue(struct v4l2_buffer *buffer)
{
    const char *frames = getenv("LIVECAM_TEST_FRAMES");
    if (delivered >= (frames ? (unsigned)atoi(frames) : 100))
        return refuse(ENODEV);
    if (head == tail)
        return refuse(EAGAIN);
    struct timespec pause = { 0, 20 * 1000 * 1000 };
    nanosleep(&pause, 0);
    unsigned index = queued[head++ % 64];
    unsigned char *pixels = memory + (size_t)PAGES * index;
    for (int i = 0; i < BYTES; i += 2)
    {
        pixels[i] = (unsigned char)(40 + 10 * (delivered % 16));
        pixels[i + 1] = 128;
    }
    buffer->index = index;
    buffer->bytesused = BYTES;
    buffer->length = PAGES;
    buffer->m.offset = PAGES * index;
    buffer->sequence = delivered++;
    buffer->flags = V4L2_BUF_FLAG_DONE;
    return 0;
}

static int answer(unsigned long request, void *argument)
{
    switch (request)
    {
    case VIDIOC_QUERYCAP:
    {
        struct v4l2_capability *capability = argument;
        memset(capability, 0, sizeof *capability);
        strcpy((char *)capability->driver, "fakecamera");
        strcpy((char *)capability->card, "Fake camera");
        capability->capabilities = capability->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        return 0;
    }
    case VIDIOC_G_INPUT:
        *(int *)argument = 0;
        return 0;
    case VIDIOC_S_INPUT:
        return 0;
    case VIDIOC_ENUMINPUT:
        return ((struct v4l2_input *)argument)->index ? refuse(EINVAL) : 0;
    case VIDIOC_ENUM_FMT:
        if (((struct v4l2_fmtdesc *)argument)->index)
            return refuse(EINVAL);
        ((struct v4l2_fmtdesc *)argument)->pixelformat = V4L2_PIX_FMT_YUYV;
        return 0;
    case VIDIOC_G_FMT:
    case VIDIOC_S_FMT:
    case VIDIOC_TRY_FMT:
        describe(&((struct v4l2_format *)argument)->fmt.pix);
        return 0;
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM:
        ((struct v4l2_streamparm *)argument)->parm.capture.timeperframe = (struct v4l2_fract){ 1, 50 };
        return 0;
    case VIDIOC_REQBUFS:
        if (((struct v4l2_requestbuffers *)argument)->memory != V4L2_MEMORY_MMAP)
            return refuse(EINVAL);
        if (((struct v4l2_requestbuffers *)argument)->count > BUFFERS)
            ((struct v4l2_requestbuffers *)argument)->count = BUFFERS;
        head = tail = 0;
        return 0;
    case VIDIOC_QUERYBUF:
        ((struct v4l2_buffer *)argument)->length = PAGES;
        ((struct v4l2_buffer *)argument)->m.offset = PAGES * ((struct v4l2_buffer *)argument)->index;
        return 0;
    case VIDIOC_QBUF:
        queued[tail++ % 64] = ((struct v4l2_buffer *)argument)->index;
        return 0;
    case VIDIOC_DQBUF:
        return dequeue(argument);
    case VIDIOC_STREAMON:
        return 0;
    case VIDIOC_STREAMOFF:
        head = tail = 0;
        return 0;
    default:
        return refuse(EINVAL);
    }
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list list;
    va_start(list, request);
    void *argument = va_arg(list, void *);
    va_end(list);
    if (fd == camera && fd >= 0)
        return answer(request & 0xffffffffUL, argument);
    int (*real)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
    return real(fd, request, argument);
}
